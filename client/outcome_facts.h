#ifndef GATHER_CLIENT_OUTCOME_FACTS_H_
#define GATHER_CLIENT_OUTCOME_FACTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gather/v1/gather.pb.h"

namespace gather {

// How a sub-call ended. Numbers are the wire's in all four enumerations.
enum class Disposition {
  kUnspecified = 0,
  kSucceeded = 1,
  kFailed = 2,      // a real failure, its own timeout included
  kCancelled = 3,   // was sent, then cancelled by the gather
  kNotStarted = 4,  // never sent
  kRejected = 5,    // refused before sending
  kDetached = 6,    // still running when the answer was given: shielded, or under Propagate()
};

// Why a sub-call was cancelled or never started.
enum class Cause {
  kUnspecified = 0,
  kCaller = 1,
  kGatherDeadline = 2,
  kSubCallDeadline = 3,
  kSiblingFailed = 4,
  kDecided = 5,
  kGroupEnded = 6,
  kOwnHandle = 7,
  kShutdown = 8,
  kLimit = 9,
};

// Who made a status that is not OK.
enum class Origin {
  kUnspecified = 0,
  kBackend = 1,       // the backend's gRPC stack answered it
  kTransport = 2,     // no answer came
  kOrchestrator = 3,  // the gather ended or refused the sub-call
};

// Whether the backend can have seen the sub-call.
enum class Delivery {
  kUnspecified = 0,
  kNeverSent = 1,  // surely not
  kEffectUnknown = 2,
  kAnswered = 3,
};

// "SUCCEEDED", "GATHER_DEADLINE" …; "UNSPECIFIED" for a value that this library does not know.
absl::string_view ToString(Disposition disposition);
absl::string_view ToString(Cause cause);
absl::string_view ToString(Origin origin);
absl::string_view ToString(Delivery delivery);

// When a sub-call passed its stations, since its gather was accepted (in a group, since its add).
struct Timing {
  absl::Duration queued;                  // until then it waited for its turn
  std::optional<absl::Duration> started;  // the first attempt was sent; absent: never
  absl::Duration finished;                // zero for a sub-call that still runs (kDetached)
  std::uint32_t attempts = 0;
  std::uint32_t winning_attempt = 0;
  std::string peer;
};

// Everything about a sub-call's end but its typed reply. A plain value.
class OutcomeFacts {
 public:
  // Whether the sub-call succeeded; a fallback's reply counts as success.
  bool ok() const { return disposition() == Disposition::kSucceeded; }

  // OK exactly when ok(). Else why there is no reply; a backend's code, message and details are as
  // received, each detail as payload under its type URL. UNKNOWN for a sub-call that still runs
  // (kDetached), since nobody knows yet.
  absl::Status status() const;

  // The failure that a fallback replaced; OK when none was.
  absl::Status replaced_status() const;

  std::uint32_t index() const { return proto_.index(); }
  const std::string& id() const { return proto_.id(); }
  Disposition disposition() const;
  bool from_fallback() const { return proto_.from_fallback(); }

  // Named for every cancelled or never started sub-call, for limits, and for its own timeout.
  Cause cause() const;

  // The deciding sub-call, where a decision ended this one.
  std::optional<std::uint32_t> caused_by() const;

  // Of the failure; of the one replaced when from_fallback().
  Origin origin() const;
  Delivery delivery() const;

  Timing timing() const;

  // The backend's trailing metadata, in its order.
  std::vector<std::pair<std::string, std::string>> trailers() const;

  // The wire's form, bit for bit, without the reply.
  const v1::Outcome& proto() const { return proto_; }

 protected:
  explicit OutcomeFacts(v1::Outcome proto);
  OutcomeFacts(const OutcomeFacts&) = default;
  OutcomeFacts(OutcomeFacts&&) = default;
  OutcomeFacts& operator=(const OutcomeFacts&) = default;
  OutcomeFacts& operator=(OutcomeFacts&&) = default;
  ~OutcomeFacts() = default;

  // Ends the program, with the status on standard error, unless ok().
  void CheckOk() const;

 private:
  v1::Outcome proto_;
};

}  // namespace gather

#endif  // GATHER_CLIENT_OUTCOME_FACTS_H_
