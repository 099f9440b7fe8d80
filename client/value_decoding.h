#ifndef GATHER_CLIENT_VALUE_DECODING_H_
#define GATHER_CLIENT_VALUE_DECODING_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gather/gather_answer.h"
#include "gather/reply.h"

namespace gather::internal {

// Fills in nullopt for an optional call without reply. False: there must be a reply and is none.
template <ReplyType Reply>
bool Settle(std::optional<Reply>* reply) {
  if constexpr (ReplyForm<Reply>::kOptional) {
    if (!reply->has_value()) reply->emplace();
  }
  return reply->has_value();
}

inline absl::Status ReplyMissing() {
  return absl::InternalError("the gather is satisfied, but lacks the reply of a sub-call");
}

// The replies of calls of different types, those that there are.
template <ReplyType... Replies>
std::tuple<std::optional<Replies>...> ParseTuple(GatherAnswer* answer) {
  std::tuple<std::optional<Replies>...> replies;
  [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
    ((std::get<kIndex>(replies) = answer->Parse<Replies>(kIndex)), ...);
  }
  (std::index_sequence_for<Replies...>());
  return replies;
}

// The replies of calls of one type, those that there are.
template <ReplyType Reply>
std::vector<std::optional<Reply>> ParseVector(GatherAnswer* answer) {
  std::vector<std::optional<Reply>> replies;
  replies.reserve(answer->size());
  for (std::uint32_t i = 0; i < answer->size(); ++i) replies.push_back(answer->Parse<Reply>(i));
  return replies;
}

// Gather's result of calls of different types.
template <ReplyType... Replies>
absl::StatusOr<std::tuple<Replies...>> TupleOfReplies(GatherAnswer answer) {
  std::tuple<std::optional<Replies>...> replies = ParseTuple<Replies...>(&answer);
  absl::Status status = answer.Conclude();
  if (!status.ok()) return status;
  return std::apply(
      [](auto&... reply) -> absl::StatusOr<std::tuple<Replies...>> {
        if (!(Settle(&reply) && ...)) return ReplyMissing();
        return std::tuple<Replies...>(*std::move(reply)...);
      },
      replies);
}

// Gather's result of calls of one type.
template <ReplyType Reply>
absl::StatusOr<std::vector<Reply>> VectorOfReplies(GatherAnswer answer) {
  std::vector<std::optional<Reply>> replies = ParseVector<Reply>(&answer);
  absl::Status status = answer.Conclude();
  if (!status.ok()) return status;
  std::vector<Reply> values;
  values.reserve(replies.size());
  for (std::optional<Reply>& reply : replies) {
    if (!Settle(&reply)) return ReplyMissing();
    values.push_back(*std::move(reply));
  }
  return values;
}

}  // namespace gather::internal

#endif  // GATHER_CLIENT_VALUE_DECODING_H_
