#ifndef GATHER_CLIENT_COMPLETION_READER_H_
#define GATHER_CLIENT_COMPLETION_READER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gather/completion.h"
#include "gather/connection.h"
#include "gather/decision_correction.h"
#include "gather/dispatcher.h"
#include "gather/named_call.h"
#include "gather/options.h"
#include "gather/outcome.h"
#include "gather/outcome_stream.h"
#include "gather/prepared_gather.h"
#include "gather/reply.h"
#include "gather/sent_calls.h"
#include "gather/summary.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

// Reads a streamed gather to its end: parses replies, accounts for every slot even where the way
// was lost, and derives the status. The same for both doors. Destroyed earlier, it cancels the
// gather and waits for nothing.
//
// For one thread at a time.
class CompletionReader {
 public:
  // Starts the gather; `gather` is Seal()ed. On a worker thread of the connection nothing is sent
  // and nothing can be read, since the reader would wait for itself; status() says so.
  CompletionReader(const std::shared_ptr<Connection>& connection, const Options& options,
                   PreparedGather gather);
  ~CompletionReader() { stream_->Abandon(); }
  CompletionReader(const CompletionReader&) = delete;

  // The next sub-call that has ended: those that the engine tells of, in the order of their ends;
  // then, where the way was lost, the others in the order of the calls. Blocks, but on a worker
  // thread, where it gives up. nullopt: that was all.
  template <ReplyType Reply>
  std::optional<Completion<Reply>> Next() {
    std::optional<v1::Outcome> outcome = NextOutcome();
    if (!outcome.has_value()) return std::nullopt;
    const std::uint32_t index = outcome->index();
    std::optional<Reply> reply =
        ReadReply<Reply>(*outcome, [this, &outcome] { return RejectReply(&*outcome); });
    Note(*outcome);
    return Completion<Reply>{index, Outcome<Reply>(*std::move(outcome), std::move(reply))};
  }

  // From any thread.
  void Cancel() { stream_->Cancel(); }

  // Once Next() has given nullopt: the gather's own status, with every real failure. Before:
  // kFailedPrecondition.
  absl::Status status() const;

  // Once Next() has given nullopt; all zero before, and where no summary came.
  const Summary& summary() const { return summary_; }

 private:
  enum class Stage : std::uint8_t { kHearing, kAccounting, kDone };

  std::optional<v1::Outcome> NextOutcome();
  void GiveUp(absl::Status why);

  // What came out of turn: a fault of the engine's or the way. OK: nothing.
  absl::Status Check(const v1::Outcome& outcome) const;
  bool RejectReply(v1::Outcome* outcome);
  void Note(const v1::Outcome& outcome);

  // All that will be heard has been: from here on the others are accounted for.
  void TakeEnd();
  void Conclude();
  absl::Status StatusWithFailures() const;

  // Whose status a FAILED decision carries.
  std::optional<NamedCall> NameFailure(const v1::Decision& decision) const;

  const Dispatcher dispatcher_;
  SentCalls sent_;
  std::vector<bool> heard_;  // by index
  std::uint32_t heard_of_ = 0;
  std::uint32_t next_unheard_ = 0;
  Stage stage_ = Stage::kHearing;
  Fate fate_ = Fate::kSent;
  absl::Status lost_;

  // What the outcomes say, as they were read.
  Tally tally_;
  std::vector<v1::Outcome> taken_back_;  // the engine's successes whose reply cannot be read
  v1::GatherFailure failures_;

  absl::Status status_;
  Summary summary_;
  const std::shared_ptr<OutcomeStream> stream_;  // the last member: it starts with the others there
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_COMPLETION_READER_H_
