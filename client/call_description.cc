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
                                 const google::protobuf::MessageLite& request)
    : target_(target), method_(method) {
  Note(Serialize(request, "request", &request_.emplace()));
}

void CallDescription::SetId(absl::string_view id) { rest_.set_id(id.data(), id.size()); }

void CallDescription::SetTimeout(absl::Duration timeout) {
  Note(TimeoutToProto(timeout, "timeout", rest_.mutable_timeout()));
}

void CallDescription::AddMetadata(absl::string_view key, absl::string_view value) {
  v1::Metadata* entry = rest_.add_metadata();
  entry->set_key(key.data(), key.size());
  entry->set_value(value.data(), value.size());
}

void CallDescription::SetIdempotent(bool idempotent) { rest_.set_idempotent(idempotent); }

void CallDescription::SetFallback(const google::protobuf::MessageLite& reply,
                                  std::initializer_list<absl::StatusCode> codes) {
  v1::Fallback* fallback = rest_.mutable_fallback();
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

void CallDescription::SetShielded(bool shielded) { rest_.set_shielded(shielded); }

void CallDescription::SetServerStreaming() { rest_.set_server_streaming(true); }

void CallDescription::SetRequirement(v1::Requirement requirement) {
  rest_.set_requirement(requirement);
}

v1::SubCall CallDescription::ToSubCall() const {
  v1::SubCall sub_call;
  CallDescription(*this).MoveTo(&sub_call);
  return sub_call;
}

void CallDescription::MoveTo(v1::SubCall* sub_call) && {
  *sub_call = std::move(rest_);
  sub_call->set_target(std::move(target_));
  sub_call->set_method(std::move(method_));
  if (request_) sub_call->set_request(*std::move(request_));
}

void CallDescription::Note(absl::Status problem) {
  if (problem_.ok()) problem_ = std::move(problem);
}

}  // namespace gather::internal
