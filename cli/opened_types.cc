#include "cli/opened_types.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/type_resolver_util.h"

namespace gather::cli {
namespace {

constexpr char kPrefix[] = "type.googleapis.com";

// Of the details that gatherd and others put into statuses, those that have a type here which is
// the same on the wire.
std::string StandIn(const std::string& name) {
  if (name == "google.rpc.ErrorInfo") return "gather.v1.ErrorInfo";
  if (name == "google.rpc.RetryInfo") return "gather.v1.RetryInfo";
  return name;
}

}  // namespace

std::string TypeUrl(const std::string& type_name) { return absl::StrCat(kPrefix, "/", type_name); }

OpenedTypes::OpenedTypes(google::protobuf::util::TypeResolver* others)
    : others_(others),
      linked_(google::protobuf::util::NewTypeResolverForDescriptorPool(
          kPrefix, google::protobuf::DescriptorPool::generated_pool())) {}

void OpenedTypes::Name(const std::string& name, const std::string& message) {
  names_[name] = message;
}

void OpenedTypes::Open(const std::string& message, const std::string& field,
                       const std::string& type) {
  opened_[{message, field}] = type;
}

OpenedTypes::Status OpenedTypes::ResolveMessageType(const std::string& url,
                                                    google::protobuf::Type* type) {
  const std::string name = url.substr(url.rfind('/') + 1);
  const auto named = names_.find(name);
  const std::string& message = named == names_.end() ? name : named->second;
  const bool ours = absl::StartsWith(message, "gather.v1.");
  if (!ours && others_ != nullptr && others_->ResolveMessageType(TypeUrl(name), type).ok()) {
    return {};
  }
  type->Clear();
  Status found = linked_->ResolveMessageType(TypeUrl(StandIn(message)), type);
  if (!found.ok() || !ours) return found;
  for (google::protobuf::Field& field : *type->mutable_fields()) {
    const auto opened = opened_.find({name, field.name()});
    if (opened == opened_.end()) continue;
    field.set_kind(google::protobuf::Field::TYPE_MESSAGE);
    field.set_type_url(TypeUrl(opened->second));
  }
  return found;
}

OpenedTypes::Status OpenedTypes::ResolveEnumType(const std::string& url,
                                                 google::protobuf::Enum* type) {
  if (others_ != nullptr && others_->ResolveEnumType(url, type).ok()) return {};
  type->Clear();
  return linked_->ResolveEnumType(url, type);
}

}  // namespace gather::cli
