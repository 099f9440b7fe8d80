#ifndef GATHER_CLIENT_GATHER_VALUES_H_
#define GATHER_CLIENT_GATHER_VALUES_H_

#include <tuple>
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
#include "gather/value_decoding.h"

namespace gather {

// Gather: all replies, or the failure. As asyncio.gather, except that the first real failure
// cancels the rest: see FailFast().
//
//   absl::StatusOr<std::tuple<User, Posts>> page = gather::Gather(client, user_call, posts_call);
//   if (!page.ok()) return page.status();
//   auto& [user, posts] = *page;
//
// The status of a failed gather has the deciding sub-call's code and names it in its message;
// Failures::From() lists them all. The other statuses are those of the gather itself:
// kInvalidArgument (wrong options or calls), kDeadlineExceeded, kCancelled, kUnavailable (no
// server, or it is shutting down), kInternal (a fault), and the server's refusals. An optional call
// that failed is nullopt.
//
// The Async… forms return at once. The others block for the answer; on the client's own worker
// thread (in a continuation without an executor) they return kFailedPrecondition at once, and
// nothing is sent.
template <ReplyType... Replies>
Future<absl::StatusOr<std::tuple<Replies...>>> AsyncGather(const Client& client,
                                                           const Options& options,
                                                           Call<Replies>... calls) {
  return {internal::Start(internal::Verb::kGather, client, options, std::move(calls)...),
          &internal::TupleOfReplies<Replies...>};
}

template <ReplyType... Replies>
Future<absl::StatusOr<std::tuple<Replies...>>> AsyncGather(const Client& client,
                                                           Call<Replies>... calls) {
  return AsyncGather(client, Options(), std::move(calls)...);
}

template <ReplyType... Replies>
absl::StatusOr<std::tuple<Replies...>> Gather(const Client& client, const Options& options,
                                              Call<Replies>... calls) {
  return internal::TupleOfReplies<Replies...>(
      internal::Run(internal::Verb::kGather, client, options, std::move(calls)...));
}

template <ReplyType... Replies>
absl::StatusOr<std::tuple<Replies...>> Gather(const Client& client, Call<Replies>... calls) {
  return Gather(client, Options(), std::move(calls)...);
}

// The same for any number of calls of one type; the replies stand in the order of the calls.
template <ReplyType Reply>
Future<absl::StatusOr<std::vector<Reply>>> AsyncGather(const Client& client, const Options& options,
                                                       std::vector<Call<Reply>> calls) {
  return {internal::Start(internal::Verb::kGather, client, options, std::move(calls)),
          &internal::VectorOfReplies<Reply>};
}

template <ReplyType Reply>
Future<absl::StatusOr<std::vector<Reply>>> AsyncGather(const Client& client,
                                                       std::vector<Call<Reply>> calls) {
  return AsyncGather(client, Options(), std::move(calls));
}

template <ReplyType Reply>
absl::StatusOr<std::vector<Reply>> Gather(const Client& client, const Options& options,
                                          std::vector<Call<Reply>> calls) {
  return internal::VectorOfReplies<Reply>(
      internal::Run(internal::Verb::kGather, client, options, std::move(calls)));
}

template <ReplyType Reply>
absl::StatusOr<std::vector<Reply>> Gather(const Client& client, std::vector<Call<Reply>> calls) {
  return Gather(client, Options(), std::move(calls));
}

}  // namespace gather

#endif  // GATHER_CLIENT_GATHER_VALUES_H_
