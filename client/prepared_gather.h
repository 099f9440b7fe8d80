#ifndef GATHER_CLIENT_PREPARED_GATHER_H_
#define GATHER_CLIENT_PREPARED_GATHER_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "gather/call_description.h"
#include "gather/connection.h"
#include "gather/options.h"
#include "gather/owned_request.h"
#include "gather/sent_calls.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

// Who asks for a gather, which says what policies make sense.
enum class Verb {
  kGather,       // gives every reply or a failure: FAIL_FAST, PROPAGATE
  kSettled,      // gives outcomes: any policy
  kAsCompleted,  // gives outcomes as they come: any policy
  kAny,          // each its own policy
  kRace,
  kQuorum,
};

// A gather that is ready to be sent, or the refusal of one that makes no sense: Add() each
// sub-call, then Seal().
class PreparedGather {
 public:
  // Checks what does not depend on the sub-calls. `options` need not outlive the call.
  PreparedGather(Verb verb, const Options& options, std::size_t calls);

  // Appends a sub-call.
  void Add(CallDescription call);

  // No more sub-calls: checks that they can satisfy the policy.
  void Seal();

  // Not OK: this gather must not be sent; kInvalidArgument naming the field, or
  // kDeadlineExceeded where the caller's deadline has passed already.
  const absl::Status& refusal() const { return refusal_; }

  // Refuses the gather, unless it is refused already or `refusal` is OK.
  void Refuse(const absl::Status& refusal);

  OwnedRequest request;
  GatherContext context;
  SentCalls sent;

 private:
  void TakePolicy(Verb verb, const Options& options);
  void TakeTime(const Options& options);
  void TakeMetadata(const Options& options);

  std::uint32_t counting_ = 0;  // sub-calls that are not OPTIONAL
  absl::Status refusal_;
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_PREPARED_GATHER_H_
