#include "gather/testing/outcomes.h"

#include "gather/lost_outcome.h"

namespace gather::testing {

v1::Outcome Succeeded(const google::protobuf::MessageLite& reply) {
  v1::Outcome outcome;
  outcome.set_disposition(v1::DISPOSITION_SUCCEEDED);
  outcome.set_delivery(v1::DELIVERY_ANSWERED);
  reply.SerializeToString(outcome.mutable_response());
  return outcome;
}

v1::Outcome Failed(const absl::Status& status) {
  v1::Outcome outcome;
  outcome.set_disposition(v1::DISPOSITION_FAILED);
  outcome.set_origin(v1::ORIGIN_BACKEND);
  outcome.set_delivery(v1::DELIVERY_ANSWERED);
  *outcome.mutable_status() = gather::internal::ToProto(status);
  return outcome;
}

v1::Outcome Unreachable() {
  v1::Outcome outcome = Failed(absl::UnavailableError("failed to connect to all addresses"));
  outcome.set_origin(v1::ORIGIN_TRANSPORT);
  outcome.set_delivery(v1::DELIVERY_NEVER_SENT);
  return outcome;
}

}  // namespace gather::testing
