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
// Use in this order: Parse() each reply; then status(), summary(); then TakeOutcome().
class GatherAnswer {
 public:
  GatherAnswer(Connection::Response response, SentCalls sent, Fate fate);

  std::size_t size() const { return sent_.size(); }

  // Sub-call `index`'s reply, if it succeeded. Bytes that are no Reply turn the slot to its
  // fallback, or to FAILED with INTERNAL, which can fail the gather as any failure can.
  template <ReplyType Reply>
  std::optional<Reply> Parse(std::uint32_t index) {
    std::optional<Reply> reply;
    if (!Succeeded(index)) return reply;
    if (ReplyForm<Reply>::Parse(ReplyBytes(index), &reply)) return reply;
    reply.reset();
    if (!RejectReply(index)) return reply;
    if (!ReplyForm<Reply>::Parse(ReplyBytes(index), &reply)) reply.reset();
    return reply;
  }

  // The gather's own status: OK when satisfied. Else, as the wire's RPC status would be, with
  // every failure in its payload; or the refusal; or why no answer came.
  absl::Status status() const;

  // All zero where there was no response.
  Summary summary() const { return SummaryFromProto(*response_); }

  // What stands in the slot, the reply's bytes left out. Once per slot.
  v1::Outcome TakeOutcome(std::uint32_t index);

 private:
  bool Succeeded(std::uint32_t index) const;
  const std::string& ReplyBytes(std::uint32_t index) const;

  // Records that the reply could not be read. Whether a fallback took its place.
  bool RejectReply(std::uint32_t index);

  absl::Status lost_;                             // why there is no response
  std::unique_ptr<v1::GatherResponse> response_;  // never null
  SentCalls sent_;
  Fate fate_;
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_GATHER_ANSWER_H_
