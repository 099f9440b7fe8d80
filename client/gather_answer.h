#ifndef GATHER_CLIENT_GATHER_ANSWER_H_
#define GATHER_CLIENT_GATHER_ANSWER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "gather/connection.h"
#include "gather/lost_outcome.h"
#include "gather/reply.h"
#include "gather/sent_calls.h"
#include "gather/summary.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

// One gather's answer, from the connection's form to the user's: parses replies, derives the
// status, and accounts for every slot even where no response came. The same for both doors.
//
// Use in this order: Parse() each reply; then Conclude(), summary(); then TakeOutcome().
class GatherAnswer {
 public:
  GatherAnswer(Connection::Response response, SentCalls sent, Fate fate);

  std::size_t size() const { return sent_.size(); }

  // Sub-call `index`'s reply, if it succeeded. Bytes that are no Reply turn the slot to its
  // fallback, or to FAILED with INTERNAL, which can fail the gather as any failure can.
  template <ReplyType Reply>
  std::optional<Reply> Parse(std::uint32_t index) {
    if (!lost_.ok()) return std::nullopt;
    return ReadReply<Reply>(response_->outcomes(static_cast<int>(index)),
                            [this, index] { return RejectReply(index); });
  }

  // The gather's own status: OK when satisfied. Else, as the wire's RPC status would be, with
  // every failure in its payload; or the refusal; or why no answer came.
  absl::Status Conclude();

  // The sub-call whose end decided the gather; nullopt where none did, or no response came.
  std::optional<std::uint32_t> decided_by() const;

  // Whether the sub-call takes part in what the policy counts (is not OPTIONAL).
  bool Counts(std::uint32_t index) const {
    return sent_.requirement(index) != v1::REQUIREMENT_OPTIONAL;
  }

  // All zero where there was no response.
  Summary summary() const { return SummaryFromProto(*response_); }

  // What stands in the slot, the reply's bytes left out. Once per slot.
  v1::Outcome TakeOutcome(std::uint32_t index);

 private:
  // Records that the reply could not be read. Whether a fallback took its place.
  bool RejectReply(std::uint32_t index);

  // What that makes of the decision.
  void TakeBackSuccesses();

  absl::Status lost_;                             // why there is no response
  std::shared_ptr<v1::GatherResponse> response_;  // never null
  SentCalls sent_;
  Fate fate_;
  std::vector<std::uint32_t> taken_back_;  // successes whose reply cannot be read
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_GATHER_ANSWER_H_
