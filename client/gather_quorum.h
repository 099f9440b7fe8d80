#ifndef GATHER_CLIENT_GATHER_QUORUM_H_
#define GATHER_CLIENT_GATHER_QUORUM_H_

#include <concepts>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gather/call.h"
#include "gather/future.h"
#include "gather/gather_client.h"
#include "gather/options.h"
#include "gather/policy.h"
#include "gather/prepared_gather.h"
#include "gather/reply.h"
#include "gather/start.h"
#include "gather/winner.h"
#include "gather/winner_decoding.h"

namespace gather {

namespace internal {

inline Options QuorumOptions(std::uint32_t successes) {
  Options options;
  options.policy = Quorum(successes);
  return options;
}

}  // namespace internal

// What a quorum gives: the replies of calls that count, each with its call's place, in the order of
// the calls.
template <ReplyType Reply>
using Winners = std::vector<Winner<Reply>>;

// GatherQuorum: the first `successes` replies; the other calls are cancelled and awaited. Failures
// are borne as long as so many successes can be reached.
//
//   absl::StatusOr<gather::Winners<Row>> rows = gather::GatherQuorum(client, 2, replica_calls);
//   if (!rows.ok()) return rows.status();
//   for (const auto& [index, row] : *rows) Merge(replicas[index], row);
//
// The result holds at least `successes` replies, and more only where further ones had come before
// their calls were cancelled. Calls that were made Optional() do not count and are left out. When
// the quorum cannot be reached any more, the status is that of the failure that came first, and
// Failures::From() lists them all; GatherSettled with the policy Quorum() tells the replies, too.
// The other statuses are as Gather's; kInvalidArgument where `successes` is 0 or more than there
// are calls that count.
//
// With `options`, its policy says how many: Quorum(2).
//
// The Async… forms return at once. The others block for the answer; on the client's own worker
// thread (in a continuation without an executor) they return kFailedPrecondition at once, and
// nothing is sent.
template <ReplyType Reply>
Future<absl::StatusOr<Winners<Reply>>> AsyncGatherQuorum(const Client& client,
                                                         const Options& options,
                                                         std::vector<Call<Reply>> calls) {
  return {internal::Start(internal::Verb::kQuorum, client, options, std::move(calls)),
          &internal::WinnersOfGather<Reply>};
}

template <ReplyType Reply>
Future<absl::StatusOr<Winners<Reply>>> AsyncGatherQuorum(const Client& client,
                                                         std::uint32_t successes,
                                                         std::vector<Call<Reply>> calls) {
  return AsyncGatherQuorum(client, internal::QuorumOptions(successes), std::move(calls));
}

template <ReplyType Reply>
absl::StatusOr<Winners<Reply>> GatherQuorum(const Client& client, const Options& options,
                                            std::vector<Call<Reply>> calls) {
  return internal::WinnersOfGather<Reply>(
      internal::Run(internal::Verb::kQuorum, client, options, std::move(calls)));
}

template <ReplyType Reply>
absl::StatusOr<Winners<Reply>> GatherQuorum(const Client& client, std::uint32_t successes,
                                            std::vector<Call<Reply>> calls) {
  return GatherQuorum(client, internal::QuorumOptions(successes), std::move(calls));
}

// The same for calls that are named one by one.
template <ReplyType Reply, std::same_as<Call<Reply>>... Calls>
Future<absl::StatusOr<Winners<Reply>>> AsyncGatherQuorum(const Client& client,
                                                         const Options& options, Call<Reply> first,
                                                         Calls... others) {
  return AsyncGatherQuorum(client, options,
                           internal::ToVector(std::move(first), std::move(others)...));
}

template <ReplyType Reply, std::same_as<Call<Reply>>... Calls>
Future<absl::StatusOr<Winners<Reply>>> AsyncGatherQuorum(const Client& client,
                                                         std::uint32_t successes, Call<Reply> first,
                                                         Calls... others) {
  return AsyncGatherQuorum(client, internal::QuorumOptions(successes), std::move(first),
                           std::move(others)...);
}

template <ReplyType Reply, std::same_as<Call<Reply>>... Calls>
absl::StatusOr<Winners<Reply>> GatherQuorum(const Client& client, const Options& options,
                                            Call<Reply> first, Calls... others) {
  return GatherQuorum(client, options, internal::ToVector(std::move(first), std::move(others)...));
}

template <ReplyType Reply, std::same_as<Call<Reply>>... Calls>
absl::StatusOr<Winners<Reply>> GatherQuorum(const Client& client, std::uint32_t successes,
                                            Call<Reply> first, Calls... others) {
  return GatherQuorum(client, internal::QuorumOptions(successes), std::move(first),
                      std::move(others)...);
}

}  // namespace gather

#endif  // GATHER_CLIENT_GATHER_QUORUM_H_
