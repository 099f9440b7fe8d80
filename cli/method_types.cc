#include "cli/method_types.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/json_problem.h"
#include "gather/gatherctl/v1/gatherctl.pb.h"
#include "google/protobuf/any.pb.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/wrappers.pb.h"

namespace gather::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::util::BinaryToJsonString;
using google::protobuf::util::TypeResolver;

// An outcome whose replies are the method's.
constexpr char kOutcome[] = "gatherctl.Outcome";

std::string FieldsOf(const Descriptor& type) {
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(type.field_count()));
  for (int i = 0; i < type.field_count(); ++i) names.push_back(type.field(i)->json_name());
  return names.empty() ? "no fields" : absl::StrJoin(names, ", ");
}

absl::StatusOr<std::string> Converted(const google::protobuf::util::Status& status,
                                      std::string text) {
  if (status.ok()) return text;
  return absl::InvalidArgumentError(JsonProblem(status));
}

absl::StatusOr<std::string> BytesToJson(TypeResolver* types, const std::string& type,
                                        const std::string& bytes) {
  std::string json;
  const auto status = BinaryToJsonString(types, TypeUrl(type), bytes, &json);
  return Converted(status, std::move(json));
}

std::string Base64(const std::string& bytes) {
  google::protobuf::BytesValue value;
  value.set_value(bytes);
  return ToJson(value);
}

std::string ReplyToJson(const std::string& reply, MethodTypes* types) {
  if (types == nullptr) return Base64(reply);
  const absl::StatusOr<std::string> json = types->ReplyToJson(reply);
  return json.ok() ? *json : Base64(reply);
}

// Packs each detail that has no JSON into one that has.
void ReplaceUnknownDetails(TypeResolver* types, v1::Status* status) {
  for (google::protobuf::Any& detail : *status->mutable_details()) {
    if (BytesToJson(types, "google.protobuf.Any", detail.SerializeAsString()).ok()) continue;
    gatherctl::v1::UnknownDetail unknown;
    unknown.set_type_url(detail.type_url());
    unknown.set_value(detail.value());
    detail.PackFrom(unknown);
  }
}

}  // namespace

MethodTypes::MethodTypes(const google::protobuf::MethodDescriptor* method, TypeResolver* types)
    : method_(method), types_(types), reply_(messages_.GetPrototype(method->output_type())->New()) {
  types_.Name(kOutcome, "gather.v1.Outcome");
  for (const char* const field : {"response", "responses"}) {
    types_.Open(kOutcome, field, method_->output_type()->full_name());
  }
}

absl::StatusOr<std::string> MethodTypes::FromJson(const Descriptor& type, absl::string_view json) {
  std::string bytes;
  const auto status = google::protobuf::util::JsonToBinaryString(
      &types_, TypeUrl(type.full_name()), {json.data(), json.size()}, &bytes);
  auto converted = Converted(status, std::move(bytes));
  if (converted.ok()) return converted;
  return absl::InvalidArgumentError(
      absl::StrCat(converted.status().message(), "; ", type.full_name(), " has: ", FieldsOf(type)));
}

absl::StatusOr<std::string> MethodTypes::RequestFromJson(absl::string_view json) {
  return FromJson(*method_->input_type(), json);
}

absl::StatusOr<std::string> MethodTypes::ReplyFromJson(absl::string_view json) {
  return FromJson(*method_->output_type(), json);
}

absl::Status MethodTypes::CheckReply(const std::string& reply) {
  if (reply_->ParsePartialFromString(reply)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("the bytes are no ", method_->output_type()->full_name()));
}

absl::StatusOr<std::string> MethodTypes::ReplyToJson(const std::string& reply) {
  absl::Status check = CheckReply(reply);
  if (!check.ok()) return check;
  return BytesToJson(&types_, method_->output_type()->full_name(), reply);
}

absl::StatusOr<std::string> MethodTypes::OutcomeToJson(const v1::Outcome& outcome) {
  absl::Status check = CheckReply(outcome.response());
  for (const std::string& reply : outcome.responses()) check.Update(CheckReply(reply));
  if (!check.ok()) return check;
  return BytesToJson(&types_, kOutcome, outcome.SerializeAsString());
}

std::string RepliesToJson(const v1::Outcome& outcome, MethodTypes* types) {
  const bool streams = types != nullptr && types->server_streaming();
  if (outcome.responses().empty() && !streams) return ReplyToJson(outcome.response(), types);
  return absl::StrCat("[",
                      absl::StrJoin(outcome.responses(), ",",
                                    [types](std::string* out, const std::string& reply) {
                                      out->append(ReplyToJson(reply, types));
                                    }),
                      "]");
}

std::string OutcomeToJson(v1::Outcome outcome, MethodTypes* types) {
  OpenedTypes linked;
  if (outcome.has_status()) {
    ReplaceUnknownDetails(types != nullptr ? types->types() : &linked, outcome.mutable_status());
  }
  if (types != nullptr) {
    const absl::StatusOr<std::string> json = types->OutcomeToJson(outcome);
    if (json.ok()) return *json;
  }
  return ToJson(outcome);
}

std::string ToJson(const google::protobuf::Message& message) {
  OpenedTypes linked;
  return BytesToJson(&linked, message.GetTypeName(), message.SerializeAsString()).value();
}

}  // namespace gather::cli
