#include "server/config/config_shape.h"

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/util/time_util.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/config/value_check.h"

namespace gather::server {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Struct;
using google::protobuf::Value;

std::string Show(const Value& value) {
  switch (value.kind_case()) {
    case Value::kStringValue:
      return Quoted(value.string_value());
    case Value::kNumberValue:
      return absl::StrCat(value.number_value());
    case Value::kBoolValue:
      return value.bool_value() ? "true" : "false";
    case Value::kListValue:
      return "a list";
    case Value::kStructValue:
      return "an object";
    default:
      return "null";
  }
}

std::string Names(const EnumDescriptor& type) {
  std::vector<std::string> names;
  for (int i = 1; i < type.value_count(); ++i) names.push_back(type.value(i)->name());
  return absl::StrJoin(names, " or ");
}

bool IsWhole(const Value& value, double most) {
  const double number = value.number_value();
  return value.has_number_value() && number >= 0 && number <= most && number == std::floor(number);
}

// What a value of this field must be; empty when this one is that.
std::string Wanted(const FieldDescriptor& field, const Value& value) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return value.has_bool_value() ? "" : "true or false";
    case FieldDescriptor::CPPTYPE_STRING:
      return value.has_string_value() ? "" : "a text in double quotes";
    case FieldDescriptor::CPPTYPE_ENUM: {
      const bool known = value.has_string_value() &&
                         field.enum_type()->FindValueByName(value.string_value()) != nullptr;
      return known ? "" : Names(*field.enum_type());
    }
    case FieldDescriptor::CPPTYPE_UINT64: {
      // As a text, too: that is how JSON writes what a double may not hold.
      std::uint64_t number = 0;
      const bool text = value.has_string_value() && absl::SimpleAtoi(value.string_value(), &number);
      return text || IsWhole(value, 1e18) ? "" : "a whole number";
    }
    case FieldDescriptor::CPPTYPE_UINT32:
      return IsWhole(value, std::numeric_limits<std::uint32_t>::max())
                 ? ""
                 : "a whole number below 2^32";
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return value.has_number_value() ? "" : "a number";
    default:
      return value.has_struct_value() ? "" : "an object in braces";
  }
}

std::string WantedDuration(const Value& value) {
  google::protobuf::Duration duration;
  const bool right = value.has_string_value() &&
                     google::protobuf::util::TimeUtil::FromString(value.string_value(), &duration);
  return right ? "" : "a duration in seconds, as \"1.5s\"";
}

void CheckValue(const FieldDescriptor& field, const Value& value, const Place& place) {
  const bool message = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
  const bool duration = message && field.message_type() == google::protobuf::Duration::descriptor();
  const std::string wanted = duration ? WantedDuration(value) : Wanted(field, value);
  if (!wanted.empty()) {
    place.Wrong("", absl::StrCat(Show(value), " is not ", wanted));
  } else if (message && !duration) {
    CheckShape(value.struct_value(), *field.message_type(), place);
  }
}

void CheckField(const FieldDescriptor& field, const Value& value, const Place& place) {
  if (value.has_null_value()) return;  // as if it were not there
  if (!field.is_repeated()) return CheckValue(field, value, place.In(field.name()));
  if (!value.has_list_value()) {
    return place.Wrong(field.name(), absl::StrCat(Show(value), " is not a list in brackets"));
  }
  for (int i = 0; i < value.list_value().values_size(); ++i) {
    CheckValue(field, value.list_value().values(i), place.Each(field.name(), i));
  }
}

}  // namespace

void CheckShape(const Struct& json, const google::protobuf::Descriptor& type, const Place& place) {
  absl::flat_hash_set<const FieldDescriptor*> given;
  for (const auto& [name, value] : json.fields()) {
    const FieldDescriptor* field = type.FindFieldByName(name);
    if (field == nullptr) field = type.FindFieldByCamelcaseName(name);
    if (field == nullptr) {
      place.Wrong(name, "there is no such field");
    } else if (!given.insert(field).second) {
      place.Wrong(field->name(), absl::StrCat("given twice, also as ", field->json_name()));
    } else {
      CheckField(*field, value, place);
    }
  }
}

}  // namespace gather::server
