#include "gather/call_description.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gather/duration.h"
#include "gather/refusal.h"

namespace gather::internal {
namespace {

// protobuf's own Serialize… logs and goes on where required fields are missing.
absl::Status Serialize(const google::protobuf::MessageLite& message, absl::string_view field,
                       std::string* bytes) {
  if (!message.IsInitialized()) {
    return MakeRefusal(
        absl::StatusCode::kInvalidArgument, "MALFORMED", field,
        absl::StrCat(message.GetTypeName(), " lacks ", message.InitializationErrorString()));
  }
  if (!message.SerializeToString(bytes)) {
    return MakeRefusal(absl::StatusCode::kInvalidArgument, "MALFORMED", field,
                       absl::StrCat(message.GetTypeName(), " cannot be serialised"));
  }
  return absl::OkStatus();
}

}  // namespace

CallDescription::CallDescription(absl::string_view target, absl::string_view method,
                                 const google::protobuf::MessageLite& request) {
  sub_call_.set_target(target.data(), target.size());
  sub_call_.set_method(method.data(), method.size());
  Note(Serialize(request, "request", sub_call_.mutable_request()));
}

void CallDescription::SetId(absl::string_view id) { sub_call_.set_id(id.data(), id.size()); }

void CallDescription::SetTimeout(absl::Duration timeout) {
  Note(TimeoutToProto(timeout, "timeout", sub_call_.mutable_timeout()));
}

void CallDescription::AddMetadata(absl::string_view key, absl::string_view value) {
  v1::Metadata* entry = sub_call_.add_metadata();
  entry->set_key(key.data(), key.size());
  entry->set_value(value.data(), value.size());
}

void CallDescription::SetIdempotent(bool idempotent) { sub_call_.set_idempotent(idempotent); }

void CallDescription::SetFallback(const google::protobuf::MessageLite& reply,
                                  std::initializer_list<absl::StatusCode> codes) {
  v1::Fallback* fallback = sub_call_.mutable_fallback();
  fallback->Clear();
  Note(Serialize(reply, "fallback.response", fallback->mutable_response()));
  for (absl::StatusCode code : codes) {
    if (code == absl::StatusCode::kOk) {
      Note(MakeRefusal(absl::StatusCode::kInvalidArgument, "MALFORMED", "fallback.codes",
                       "OK is no failure to fall back from"));
    }
    fallback->add_codes(static_cast<int>(code));
  }
}

void CallDescription::SetShielded(bool shielded) { sub_call_.set_shielded(shielded); }

void CallDescription::SetServerStreaming() { sub_call_.set_server_streaming(true); }

void CallDescription::SetRequirement(v1::Requirement requirement) {
  sub_call_.set_requirement(requirement);
}

void CallDescription::Note(absl::Status problem) {
  if (problem_.ok()) problem_ = std::move(problem);
}

}  // namespace gather::internal
