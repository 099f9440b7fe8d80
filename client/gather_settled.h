#ifndef GATHER_CLIENT_GATHER_SETTLED_H_
#define GATHER_CLIENT_GATHER_SETTLED_H_

#include <utility>
#include <vector>

#include "gather/call.h"
#include "gather/future.h"
#include "gather/gather_client.h"
#include "gather/options.h"
#include "gather/prepared_gather.h"
#include "gather/reply.h"
#include "gather/settled.h"
#include "gather/settled_decoding.h"
#include "gather/start.h"

namespace gather {

// GatherSettled: what became of every sub-call, replies and failures side by side. As
// asyncio.gather with return_exceptions=True. The default policy is Collect(), where a failure
// cancels nobody; with another, or at a deadline, what had finished by then still stands.
//
//   auto [user, posts] = gather::GatherSettled(client, user_call, posts_call);
//   if (!posts.ok()) Log(posts.status(), posts.delivery());
//
// The Async… forms return at once. The others block for the answer; on the client's own worker
// thread (in a continuation without an executor) they answer kFailedPrecondition at once, and
// nothing is sent.
template <ReplyType... Replies>
Future<SettledTuple<Replies...>> AsyncGatherSettled(const Client& client, const Options& options,
                                                    Call<Replies>... calls) {
  return {internal::Start(internal::Verb::kSettled, client, options, std::move(calls)...),
          &internal::TupleOfOutcomes<Replies...>};
}

template <ReplyType... Replies>
Future<SettledTuple<Replies...>> AsyncGatherSettled(const Client& client, Call<Replies>... calls) {
  return AsyncGatherSettled(client, Options(), std::move(calls)...);
}

template <ReplyType... Replies>
SettledTuple<Replies...> GatherSettled(const Client& client, const Options& options,
                                       Call<Replies>... calls) {
  return internal::TupleOfOutcomes<Replies...>(
      internal::Run(internal::Verb::kSettled, client, options, std::move(calls)...));
}

template <ReplyType... Replies>
SettledTuple<Replies...> GatherSettled(const Client& client, Call<Replies>... calls) {
  return GatherSettled(client, Options(), std::move(calls)...);
}

// The same for any number of calls of one type; the outcomes stand in the order of the calls.
template <ReplyType Reply>
Future<SettledVector<Reply>> AsyncGatherSettled(const Client& client, const Options& options,
                                                std::vector<Call<Reply>> calls) {
  return {internal::Start(internal::Verb::kSettled, client, options, std::move(calls)),
          &internal::VectorOfOutcomes<Reply>};
}

template <ReplyType Reply>
Future<SettledVector<Reply>> AsyncGatherSettled(const Client& client,
                                                std::vector<Call<Reply>> calls) {
  return AsyncGatherSettled(client, Options(), std::move(calls));
}

template <ReplyType Reply>
SettledVector<Reply> GatherSettled(const Client& client, const Options& options,
                                   std::vector<Call<Reply>> calls) {
  return internal::VectorOfOutcomes<Reply>(
      internal::Run(internal::Verb::kSettled, client, options, std::move(calls)));
}

template <ReplyType Reply>
SettledVector<Reply> GatherSettled(const Client& client, std::vector<Call<Reply>> calls) {
  return GatherSettled(client, Options(), std::move(calls));
}

}  // namespace gather

#endif  // GATHER_CLIENT_GATHER_SETTLED_H_
