#ifndef GATHER_CLIENT_REPLY_H_
#define GATHER_CLIENT_REPLY_H_

#include <concepts>
#include <optional>
#include <string>

#include "google/protobuf/message_lite.h"

namespace gather {
namespace internal {

template <typename T>
concept Message = std::derived_from<T, google::protobuf::MessageLite> &&
    std::default_initializable<T> && std::movable<T>;

// How a reply's bytes become a Reply. One specialisation for each form that a Reply can have.
template <typename Reply>
struct ReplyForm;

template <Message M>
struct ReplyForm<M> {
  using MessageType = M;
  static constexpr bool kOptional = false;

  // False: the bytes are no M.
  static bool Parse(const std::string& bytes, std::optional<M>* reply) {
    return reply->emplace().ParseFromString(bytes);
  }
};

template <Message M>
struct ReplyForm<std::optional<M>> {
  using MessageType = M;
  static constexpr bool kOptional = true;

  static bool Parse(const std::string& bytes, std::optional<std::optional<M>>* reply) {
    return reply->emplace(std::in_place)->ParseFromString(bytes);
  }
};

template <typename Reply>
using MessageOf = typename ReplyForm<Reply>::MessageType;

}  // namespace internal

// What a sub-call's reply may be: a protobuf message, or std::optional of one.
template <typename T>
concept ReplyType = requires {
  typename internal::ReplyForm<T>::MessageType;
};

}  // namespace gather

#endif  // GATHER_CLIENT_REPLY_H_
