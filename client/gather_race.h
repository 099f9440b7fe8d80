#ifndef GATHER_CLIENT_GATHER_RACE_H_
#define GATHER_CLIENT_GATHER_RACE_H_

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

// GatherRace: whatever the first call to end brings, its reply or its failure; the other calls are
// cancelled and awaited. As Promise.race.
//
//   absl::StatusOr<gather::Winner<User>> user = gather::GatherRace(client, replica_calls);
//
// A failure's status names the call and has its code, as Gather's. options.policy stays unset, or
// is Race(). A call that was made Optional() does not take part; at least one must, else
// kInvalidArgument.
//
// The Async… forms return at once. The others block for the answer; on the client's own worker
// thread (in a continuation without an executor) they return kFailedPrecondition at once, and
// nothing is sent.
template <ReplyType Reply>
Future<absl::StatusOr<Winner<Reply>>> AsyncGatherRace(const Client& client, const Options& options,
                                                      std::vector<Call<Reply>> calls) {
  return {internal::Start(internal::Verb::kRace, client, options, std::move(calls)),
          &internal::WinnerOfGather<Reply>};
}

template <ReplyType Reply>
Future<absl::StatusOr<Winner<Reply>>> AsyncGatherRace(const Client& client,
                                                      std::vector<Call<Reply>> calls) {
  return AsyncGatherRace(client, Options(), std::move(calls));
}

template <ReplyType Reply>
absl::StatusOr<Winner<Reply>> GatherRace(const Client& client, const Options& options,
                                         std::vector<Call<Reply>> calls) {
  return internal::WinnerOfGather<Reply>(
      internal::Run(internal::Verb::kRace, client, options, std::move(calls)));
}

template <ReplyType Reply>
absl::StatusOr<Winner<Reply>> GatherRace(const Client& client, std::vector<Call<Reply>> calls) {
  return GatherRace(client, Options(), std::move(calls));
}

// The same for calls that are named one by one.
template <ReplyType Reply, std::same_as<Call<Reply>>... Calls>
Future<absl::StatusOr<Winner<Reply>>> AsyncGatherRace(const Client& client, const Options& options,
                                                      Call<Reply> first, Calls... others) {
  return AsyncGatherRace(client, options,
                         internal::ToVector(std::move(first), std::move(others)...));
}

template <ReplyType Reply, std::same_as<Call<Reply>>... Calls>
Future<absl::StatusOr<Winner<Reply>>> AsyncGatherRace(const Client& client, Call<Reply> first,
                                                      Calls... others) {
  return AsyncGatherRace(client, Options(), std::move(first), std::move(others)...);
}

template <ReplyType Reply, std::same_as<Call<Reply>>... Calls>
absl::StatusOr<Winner<Reply>> GatherRace(const Client& client, const Options& options,
                                         Call<Reply> first, Calls... others) {
  return GatherRace(client, options, internal::ToVector(std::move(first), std::move(others)...));
}

template <ReplyType Reply, std::same_as<Call<Reply>>... Calls>
absl::StatusOr<Winner<Reply>> GatherRace(const Client& client, Call<Reply> first, Calls... others) {
  return GatherRace(client, Options(), std::move(first), std::move(others)...);
}

}  // namespace gather

#endif  // GATHER_CLIENT_GATHER_RACE_H_
