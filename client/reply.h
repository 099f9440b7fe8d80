#ifndef GATHER_CLIENT_REPLY_H_
#define GATHER_CLIENT_REPLY_H_

#include <concepts>
#include <optional>
#include <string>
#include <vector>

#include "gather/v1/gather.pb.h"
#include "google/protobuf/message_lite.h"

namespace gather {
namespace internal {

template <typename T>
concept Message = std::derived_from<T, google::protobuf::MessageLite> &&
    std::default_initializable<T> && std::movable<T>;

// How an outcome's bytes become a Reply. One specialisation for each form that a Reply can have;
// Parse() fills in an empty reply, and is false where the bytes are none.
template <typename Reply>
struct ReplyForm;

template <Message M>
struct ReplyForm<M> {
  using MessageType = M;
  using BareType = M;
  static constexpr bool kOptional = false;
  static constexpr bool kStreaming = false;

  static bool Parse(const v1::Outcome& outcome, M* reply) {
    return reply->ParseFromString(outcome.response());
  }
};

template <Message M>
struct ReplyForm<std::vector<M>> {
  using MessageType = M;
  using BareType = std::vector<M>;
  static constexpr bool kOptional = false;
  static constexpr bool kStreaming = true;

  static bool Parse(const v1::Outcome& outcome, std::vector<M>* reply) {
    reply->reserve(outcome.responses_size());
    for (const std::string& bytes : outcome.responses()) {
      if (!reply->emplace_back().ParseFromString(bytes)) return false;
    }
    return true;
  }
};

template <typename Bare>
requires(!ReplyForm<Bare>::kOptional) struct ReplyForm<std::optional<Bare>> {
  using MessageType = typename ReplyForm<Bare>::MessageType;
  using BareType = Bare;
  static constexpr bool kOptional = true;
  static constexpr bool kStreaming = ReplyForm<Bare>::kStreaming;

  static bool Parse(const v1::Outcome& outcome, std::optional<Bare>* reply) {
    return ReplyForm<Bare>::Parse(outcome, &reply->emplace());
  }
};

template <typename Reply>
using MessageOf = typename ReplyForm<Reply>::MessageType;

}  // namespace internal

// What a sub-call's reply may be: a protobuf message; a std::vector of them, all that a
// server-streaming method sends; or std::optional of either.
template <typename T>
concept ReplyType = requires {
  typename internal::ReplyForm<T>::MessageType;
};

namespace internal {

// The reply in a SUCCEEDED outcome, nullopt in another. Where its bytes are no Reply,
// `take_fallback` is asked to replace them in `outcome`, and says whether it did.
template <ReplyType Reply, std::predicate TakeFallback>
std::optional<Reply> ReadReply(const v1::Outcome& outcome, TakeFallback take_fallback) {
  std::optional<Reply> reply;
  if (outcome.disposition() != v1::DISPOSITION_SUCCEEDED) return reply;
  if (ReplyForm<Reply>::Parse(outcome, &reply.emplace())) return reply;
  reply.reset();
  if (!take_fallback()) return reply;
  if (!ReplyForm<Reply>::Parse(outcome, &reply.emplace())) reply.reset();
  return reply;
}

}  // namespace internal
}  // namespace gather

#endif  // GATHER_CLIENT_REPLY_H_
