#ifndef GATHER_CLIENT_AS_COMPLETED_H_
#define GATHER_CLIENT_AS_COMPLETED_H_

#include <concepts>
#include <memory>
#include <utility>
#include <vector>

#include "gather/call.h"
#include "gather/completion_reader.h"
#include "gather/completions.h"
#include "gather/gather_client.h"
#include "gather/options.h"
#include "gather/prepared_gather.h"
#include "gather/reply.h"
#include "gather/start.h"

namespace gather {

// AsCompleted: each sub-call's outcome as soon as it has ended. As asyncio.as_completed, with the
// identity of what ended. The calls start at once, not with the loop. The default policy is
// Collect(), where a failure cancels nobody; options.policy may be any, and what its decision
// cancels still has its turn.
//
//   for (auto& [index, outcome] : gather::AsCompleted(client, calls)) Show(index, outcome);
//
// Name the range to ask it for the gather's status afterwards; see Completions, also for slow
// readers, for leaving early, and for what comes when the gather is refused or lost. On the
// client's own worker thread nothing is sent, the range is empty and its status is
// kFailedPrecondition.
template <ReplyType Reply>
Completions<Reply> AsCompleted(const Client& client, const Options& options,
                               std::vector<Call<Reply>> calls) {
  return Completions<Reply>(std::make_unique<internal::CompletionReader>(
      client.connection(), options,
      internal::Prepare(internal::Verb::kAsCompleted, options, std::move(calls))));
}

template <ReplyType Reply>
Completions<Reply> AsCompleted(const Client& client, std::vector<Call<Reply>> calls) {
  return AsCompleted(client, Options(), std::move(calls));
}

// The same for calls that are named one by one.
template <ReplyType Reply, std::same_as<Call<Reply>>... Calls>
Completions<Reply> AsCompleted(const Client& client, const Options& options, Call<Reply> first,
                               Calls... others) {
  return AsCompleted(client, options, internal::ToVector(std::move(first), std::move(others)...));
}

template <ReplyType Reply, std::same_as<Call<Reply>>... Calls>
Completions<Reply> AsCompleted(const Client& client, Call<Reply> first, Calls... others) {
  return AsCompleted(client, Options(), std::move(first), std::move(others)...);
}

}  // namespace gather

#endif  // GATHER_CLIENT_AS_COMPLETED_H_
