#ifndef GATHER_CLIENT_TESTING_OUTCOMES_H_
#define GATHER_CLIENT_TESTING_OUTCOMES_H_

#include <vector>

#include "absl/status/status.h"
#include "gather/reply.h"
#include "gather/v1/gather.pb.h"
#include "google/protobuf/message_lite.h"

namespace gather::testing {

// Outcomes in the wire's form, all but index, id and timing, as an engine would tell them of a
// backend's answer.

// SUCCEEDED with this reply.
v1::Outcome Succeeded(const google::protobuf::MessageLite& reply);

// SUCCEEDED with these, of a server-streaming method.
template <gather::internal::Message M>
v1::Outcome Succeeded(const std::vector<M>& replies) {
  v1::Outcome outcome;
  outcome.set_disposition(v1::DISPOSITION_SUCCEEDED);
  outcome.set_delivery(v1::DELIVERY_ANSWERED);
  for (const M& reply : replies) reply.SerializeToString(outcome.add_responses());
  return outcome;
}

// FAILED, by the backend, with this status (not OK); its payloads are the details.
v1::Outcome Failed(const absl::Status& status);

// FAILED, because no backend could be reached; surely never sent.
v1::Outcome Unreachable();

}  // namespace gather::testing

#endif  // GATHER_CLIENT_TESTING_OUTCOMES_H_
