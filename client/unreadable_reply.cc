#include "gather/unreadable_reply.h"

#include <string>

#include "absl/status/status.h"
#include "gather/refusal.h"

namespace gather::internal {
namespace {

bool Matches(const v1::Fallback& fallback, int code) {
  if (fallback.codes().empty()) return true;
  for (int matching : fallback.codes()) {
    if (matching == code) return true;
  }
  return false;
}

v1::Status UnreadableReply(const NamedCall& call) {
  v1::Status status;
  status.set_code(static_cast<int>(absl::StatusCode::kInternal));
  status.set_message("the reply does not parse as the expected message");
  v1::ErrorInfo info;
  info.set_reason("BACKEND_PROTOCOL");
  info.set_domain(std::string(kDomain));
  AddNames(call, &info);
  google::protobuf::Any* detail = status.add_details();
  detail->set_type_url(std::string(kErrorInfoUrl));
  detail->set_value(info.SerializeAsString());
  return status;
}

}  // namespace

bool ReplaceUnreadableReply(const NamedCall& call, const v1::Fallback* fallback,
                            v1::Outcome* outcome) {
  const bool was_fallback = outcome->from_fallback();
  *outcome->mutable_status() = UnreadableReply(call);
  outcome->set_origin(v1::ORIGIN_ORCHESTRATOR);
  outcome->set_delivery(v1::DELIVERY_ANSWERED);
  if (fallback != nullptr && !was_fallback && Matches(*fallback, outcome->status().code())) {
    outcome->set_from_fallback(true);
    const bool streaming = outcome->responses_size() > 0;  // a stream of nothing is readable
    if (streaming) {
      outcome->clear_responses();
      outcome->add_responses(fallback->response());
    } else {
      outcome->set_response(fallback->response());
    }
    return true;
  }
  outcome->set_disposition(v1::DISPOSITION_FAILED);
  outcome->set_from_fallback(false);
  return false;
}

}  // namespace gather::internal
