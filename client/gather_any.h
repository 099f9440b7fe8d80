#ifndef GATHER_CLIENT_GATHER_ANY_H_
#define GATHER_CLIENT_GATHER_ANY_H_

#include <concepts>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gather/call.h"
#include "gather/future.h"
#include "gather/gather_client.h"
#include "gather/options.h"
#include "gather/prepared_gather.h"
#include "gather/reply.h"
#include "gather/start.h"
#include "gather/winner.h"
#include "gather/winner_decoding.h"

namespace gather {

// GatherAny: the first reply; the other calls are cancelled and awaited. As Promise.any. Failures
// are borne as long as a call is left that can succeed.
//
//   absl::StatusOr<gather::Winner<User>> user = gather::GatherAny(client, replica_calls);
//   if (user.ok()) Show(user->value, replicas[user->index]);
//
// When every call has failed the status is that of the failure that came first, and
// Failures::From() lists them all. The other statuses are as Gather's. options.policy stays unset,
// or is Any(). A call that was made Optional() cannot win; at least one must be able to, else
// kInvalidArgument. With a Required() call among them, that one must have succeeded, too, and the
// winner is the call whose reply completed that: the required one, where another was earlier. A
// winner whose reply cannot be read gives way to the first call of the list whose reply can.
//
// The Async… forms return at once. The others block for the answer; on the client's own worker
// thread (in a continuation without an executor) they return kFailedPrecondition at once, and
// nothing is sent.
template <ReplyType Reply>
Future<absl::StatusOr<Winner<Reply>>> AsyncGatherAny(const Client& client, const Options& options,
                                                     std::vector<Call<Reply>> calls) {
  return {internal::Start(internal::Verb::kAny, client, options, std::move(calls)),
          &internal::WinnerOfGather<Reply>};
}

template <ReplyType Reply>
Future<absl::StatusOr<Winner<Reply>>> AsyncGatherAny(const Client& client,
                                                     std::vector<Call<Reply>> calls) {
  return AsyncGatherAny(client, Options(), std::move(calls));
}

template <ReplyType Reply>
absl::StatusOr<Winner<Reply>> GatherAny(const Client& client, const Options& options,
                                        std::vector<Call<Reply>> calls) {
  return internal::WinnerOfGather<Reply>(
      internal::Run(internal::Verb::kAny, client, options, std::move(calls)));
}

template <ReplyType Reply>
absl::StatusOr<Winner<Reply>> GatherAny(const Client& client, std::vector<Call<Reply>> calls) {
  return GatherAny(client, Options(), std::move(calls));
}

// The same for calls that are named one by one.
template <ReplyType Reply, std::same_as<Call<Reply>>... Calls>
Future<absl::StatusOr<Winner<Reply>>> AsyncGatherAny(const Client& client, const Options& options,
                                                     Call<Reply> first, Calls... others) {
  return AsyncGatherAny(client, options,
                        internal::ToVector(std::move(first), std::move(others)...));
}

template <ReplyType Reply, std::same_as<Call<Reply>>... Calls>
Future<absl::StatusOr<Winner<Reply>>> AsyncGatherAny(const Client& client, Call<Reply> first,
                                                     Calls... others) {
  return AsyncGatherAny(client, Options(), std::move(first), std::move(others)...);
}

template <ReplyType Reply, std::same_as<Call<Reply>>... Calls>
absl::StatusOr<Winner<Reply>> GatherAny(const Client& client, const Options& options,
                                        Call<Reply> first, Calls... others) {
  return GatherAny(client, options, internal::ToVector(std::move(first), std::move(others)...));
}

template <ReplyType Reply, std::same_as<Call<Reply>>... Calls>
absl::StatusOr<Winner<Reply>> GatherAny(const Client& client, Call<Reply> first, Calls... others) {
  return GatherAny(client, Options(), std::move(first), std::move(others)...);
}

}  // namespace gather

#endif  // GATHER_CLIENT_GATHER_ANY_H_
