#ifndef GATHER_CLIENT_SETTLED_DECODING_H_
#define GATHER_CLIENT_SETTLED_DECODING_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gather/gather_answer.h"
#include "gather/outcome.h"
#include "gather/reply.h"
#include "gather/settled.h"
#include "gather/summary.h"
#include "gather/value_decoding.h"

namespace gather::internal {

// GatherSettled's result of calls of different types.
template <ReplyType... Replies>
SettledTuple<Replies...> TupleOfOutcomes(GatherAnswer answer) {
  std::tuple<std::optional<Replies>...> replies = ParseTuple<Replies...>(&answer);
  absl::Status status = answer.Conclude();
  Summary summary = answer.summary();
  auto outcomes = [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
    return std::tuple<Outcome<Replies>...>{
        Outcome<Replies>(answer.TakeOutcome(kIndex), std::move(std::get<kIndex>(replies)))...};
  }
  (std::index_sequence_for<Replies...>());
  return {std::move(outcomes), std::move(status), std::move(summary)};
}

// GatherSettled's result of calls of one type.
template <ReplyType Reply>
SettledVector<Reply> VectorOfOutcomes(GatherAnswer answer) {
  std::vector<std::optional<Reply>> replies = ParseVector<Reply>(&answer);
  absl::Status status = answer.Conclude();
  Summary summary = answer.summary();
  std::vector<Outcome<Reply>> outcomes;
  outcomes.reserve(answer.size());
  for (std::uint32_t i = 0; i < answer.size(); ++i) {
    outcomes.emplace_back(answer.TakeOutcome(i), std::move(replies[i]));
  }
  return {std::move(outcomes), std::move(status), std::move(summary)};
}

}  // namespace gather::internal

#endif  // GATHER_CLIENT_SETTLED_DECODING_H_
