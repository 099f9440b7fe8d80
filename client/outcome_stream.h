#ifndef GATHER_CLIENT_OUTCOME_STREAM_H_
#define GATHER_CLIENT_OUTCOME_STREAM_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "gather/caller_stop.h"
#include "gather/connection.h"
#include "gather/lost_outcome.h"
#include "gather/options.h"
#include "gather/prepared_gather.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

// How a streamed gather went, once there is nothing more to come.
struct OutcomeStreamEnd {
  std::optional<v1::Summary> summary;  // absent: `lost` says why
  absl::Status lost;
  Fate fate = Fate::kNotSent;
};

// The outcomes of a streamed gather between the worker thread, on which they come, and the one who
// reads them. Holds few of them: while more than kBudget bytes are unread it pauses the engine's
// side, and goes on below half of that. Thread-safe; one reader. Does not keep the connection
// alive.
//
//   flowing ⇄ paused ──(OnEnd, or refusal)──▶ ended, and read to its end
class OutcomeStream final : public StreamSink, public std::enable_shared_from_this<OutcomeStream> {
 public:
  // Of serialised outcomes.
  static constexpr std::size_t kBudget = std::size_t{4} << 20;

  // Starts the gather; where it is refused or cancelled already, it has ended and nothing is sent.
  static std::shared_ptr<OutcomeStream> Start(const std::shared_ptr<Connection>& connection,
                                              const Options& options, PreparedGather gather);

  OutcomeStream() = default;

  // The next outcome in the order in which they came. Blocks until there is one, or the end:
  // nullopt.
  std::optional<v1::Outcome> Next();

  // Only once Next() has given nullopt.
  const OutcomeStreamEnd& end() const { return *end_; }

  // Asks for the gather's end; what came before it can still be read. No effect after the end.
  void Cancel();

  // The same, when nobody will read any more. Waits for nothing.
  void Abandon();

  void OnOpened(std::string gather_id) override;
  void OnOutcome(v1::Outcome outcome) override;
  void OnSummary(v1::Summary summary) override;
  void OnEnd(absl::Status status) override;

 private:
  struct Unread {
    v1::Outcome outcome;
    std::size_t bytes;
  };

  void Send(const std::shared_ptr<Connection>& connection, PreparedGather gather);
  bool readable() const { return !unread_.empty() || end_.has_value(); }

  // Tells the engine's side to pause or go on, until it knows what holds now.
  void SettlePause();

  std::weak_ptr<Connection> connection_;
  CallerStop caller_stop_;

  mutable std::mutex mutex_;  // std's and not Abseil's: a race detector sees through it
  std::condition_variable changed_;
  std::deque<Unread> unread_;
  std::size_t unread_bytes_ = 0;
  bool pause_ = false;           // as it should be
  bool told_to_pause_ = false;   // as the engine's side was told
  bool settling_pause_ = false;  // somebody is in SettlePause()
  bool abandoned_ = false;
  Fate fate_ = Fate::kNotSent;
  std::shared_ptr<PendingStream> pending_;
  std::optional<v1::Summary> summary_;
  std::optional<OutcomeStreamEnd> end_;
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_OUTCOME_STREAM_H_
