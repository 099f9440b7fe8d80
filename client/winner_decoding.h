#ifndef GATHER_CLIENT_WINNER_DECODING_H_
#define GATHER_CLIENT_WINNER_DECODING_H_

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gather/gather_answer.h"
#include "gather/reply.h"
#include "gather/value_decoding.h"
#include "gather/winner.h"

namespace gather::internal {

// GatherQuorum's result.
template <ReplyType Reply>
absl::StatusOr<std::vector<Winner<Reply>>> WinnersOfGather(GatherAnswer answer) {
  std::vector<std::optional<Reply>> replies = ParseVector<Reply>(&answer);
  absl::Status status = answer.Conclude();
  if (!status.ok()) return status;
  std::vector<Winner<Reply>> winners;
  for (std::uint32_t i = 0; i < replies.size(); ++i) {
    if (replies[i].has_value() && answer.Counts(i)) winners.push_back({i, *std::move(replies[i])});
  }
  return winners;
}

// GatherAny's and GatherRace's result: the one that decided, or, where its reply could not be read
// and another's could, that one.
template <ReplyType Reply>
absl::StatusOr<Winner<Reply>> WinnerOfGather(GatherAnswer answer) {
  const std::optional<std::uint32_t> decided_by = answer.decided_by();
  absl::StatusOr<std::vector<Winner<Reply>>> winners = WinnersOfGather<Reply>(std::move(answer));
  if (!winners.ok()) return winners.status();
  if (winners->empty()) return ReplyMissing();
  for (Winner<Reply>& winner : *winners) {
    if (winner.index == decided_by) return std::move(winner);
  }
  return std::move(winners->front());
}

}  // namespace gather::internal

#endif  // GATHER_CLIENT_WINNER_DECODING_H_
