#ifndef GATHER_CLIENT_START_H_
#define GATHER_CLIENT_START_H_

#include <concepts>
#include <memory>
#include <utility>
#include <vector>

#include "gather/answer_state.h"
#include "gather/call.h"
#include "gather/gather_client.h"
#include "gather/options.h"
#include "gather/prepared_gather.h"
#include "gather/reply.h"

namespace gather::internal {

// Calls of one type that were named one by one.
template <ReplyType Reply, std::same_as<Call<Reply>>... Calls>
std::vector<Call<Reply>> ToVector(Call<Reply> first, Calls... others) {
  std::vector<Call<Reply>> calls;
  calls.reserve(1 + sizeof...(others));
  calls.push_back(std::move(first));
  (calls.push_back(std::move(others)), ...);
  return calls;
}

template <ReplyType... Replies>
PreparedGather Prepare(Verb verb, const Options& options, Call<Replies>... calls) {
  PreparedGather gather(verb, options, sizeof...(calls));
  (gather.Add(std::move(calls).description()), ...);
  gather.Seal();
  return gather;
}

template <ReplyType Reply>
PreparedGather Prepare(Verb verb, const Options& options, std::vector<Call<Reply>> calls) {
  PreparedGather gather(verb, options, calls.size());
  for (Call<Reply>& call : calls) gather.Add(std::move(call).description());
  gather.Seal();
  return gather;
}

// Starts a gather.
template <ReplyType... Replies>
std::shared_ptr<AnswerState> Start(Verb verb, const Client& client, const Options& options,
                                   Call<Replies>... calls) {
  return AnswerState::Start(client.connection(), options,
                            Prepare(verb, options, std::move(calls)...));
}

template <ReplyType Reply>
std::shared_ptr<AnswerState> Start(Verb verb, const Client& client, const Options& options,
                                   std::vector<Call<Reply>> calls) {
  return AnswerState::Start(client.connection(), options, Prepare(verb, options, std::move(calls)));
}

// Starts a gather and waits for its answer. Refused, with nothing sent, on the client's own worker
// thread.
template <ReplyType... Replies>
GatherAnswer Run(Verb verb, const Client& client, const Options& options, Call<Replies>... calls) {
  return AnswerState::Run(client.connection(), options,
                          Prepare(verb, options, std::move(calls)...));
}

template <ReplyType Reply>
GatherAnswer Run(Verb verb, const Client& client, const Options& options,
                 std::vector<Call<Reply>> calls) {
  return AnswerState::Run(client.connection(), options, Prepare(verb, options, std::move(calls)));
}

}  // namespace gather::internal

#endif  // GATHER_CLIENT_START_H_
