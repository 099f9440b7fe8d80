#ifndef GATHER_ENGINE_OUTCOME_H_
#define GATHER_ENGINE_OUTCOME_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/limits/buffered_bytes.h"
#include "engine/payload.h"
#include "engine/plan.h"
#include "engine/reply_list.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {

// When a sub-call's stations were passed, since its gather was accepted (in a group, since its
// add); zero: never.
struct Timing {
  std::chrono::nanoseconds queued{0};
  std::chrono::nanoseconds started{0};
  std::chrono::nanoseconds finished{0};
  std::uint32_t attempts = 0;
  std::uint32_t winning_attempt = 0;
  std::string peer;
};

// What stands in a slot. Kept small, since a gather may hold 100,000: what only failures need is
// behind a pointer. The reply's bytes stay in the slices that gRPC received.
struct Outcome {
  v1::Disposition disposition = v1::DISPOSITION_UNSPECIFIED;
  v1::Cause cause = v1::CAUSE_UNSPECIFIED;
  v1::Origin origin = v1::ORIGIN_UNSPECIFIED;
  v1::Delivery delivery = v1::DELIVERY_UNSPECIFIED;
  bool from_fallback = false;
  std::optional<std::uint32_t> caused_by;
  std::unique_ptr<v1::Status> status;    // null: absent; its strings are valid UTF-8
  Payload response;                      // of SUCCEEDED; the fallback's bytes when from_fallback
  std::unique_ptr<ReplyList> responses;  // of a server-streaming one in place of `response`
  std::vector<std::pair<std::string, std::string>> trailers;
  Timing timing;
};

// A real failure of a sub-call whose slot is gone: what the RPC status may have to tell of it.
struct Failure {
  std::uint32_t index = 0;
  std::string id;
  std::string target;
  std::string method;
  v1::Status status;
  v1::Origin origin = v1::ORIGIN_UNSPECIFIED;
  v1::Delivery delivery = v1::DELIVERY_UNSPECIFIED;
};

// A sub-call that failed after its gather had been answered without it.
struct DetachedFailure {
  std::string gather_id;
  Failure failure;
};

// One gather's whole answer, as the engine hands it to a door.
struct Answer {
  std::string gather_id;
  Plan plan;              // ids, targets and methods of the slots
  v1::Decision decision;  // empty when validate_only
  v1::Summary summary;    // its `decision` is left empty; a copy stands above

  // For how long it waited for the attempt that ended last, and for no other.
  std::chrono::nanoseconds straggler_wait{0};

  // Of a FAILED decision: the sub-call whose status it carries; absent: none's.
  std::optional<std::uint32_t> status_of;

  // Of a gather that is answered together: one for each sub-call, in request order.
  std::vector<Outcome> outcomes;

  // Of one whose outcomes were streamed: how many real failures there were, and at most 100 of
  // them, in index order, among them that of `status_of`.
  std::uint32_t total_failures = 0;
  std::vector<Failure> failures;

  // The room that the replies take among those of all gathers, until this is gone.
  HeldBytes held;
};

// A real failure, wherever it is kept. Views are into the answer.
struct FailureView {
  std::uint32_t index;
  absl::string_view id;
  absl::string_view target;
  absl::string_view method;
  const v1::Status* status;  // null: none was given
  v1::Origin origin;
  v1::Delivery delivery;
};

// The real failures that the answer knows, in index order.
std::vector<FailureView> FailuresOf(const Answer& answer);

// Whether the outcome is a real failure: FAILED, REJECTED, or expired in the queue by its own
// timeout. Never one that the gather cancelled.
bool IsRealFailure(const Outcome& outcome);

// The outcome of slot `index`, without its payload, into an empty `out`.
void ToProto(const Outcome& outcome, std::uint32_t index, absl::string_view id, v1::Outcome* out);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_OUTCOME_H_
