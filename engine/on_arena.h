#ifndef GATHER_ENGINE_ON_ARENA_H_
#define GATHER_ENGINE_ON_ARENA_H_

#include <memory>

#include "google/protobuf/arena.h"

namespace gather::engine {

// A message whose parts share one arena: to make and to free a request of many sub-calls, or an
// answer of many outcomes, takes a few allocations instead of some for each.
template <typename Message>
std::shared_ptr<Message> MakeOnArena() {
  struct Holder {
    static google::protobuf::ArenaOptions Options() {
      google::protobuf::ArenaOptions options;
      options.start_block_size = 1024;
      options.max_block_size = 64 * 1024;
      return options;
    }

    google::protobuf::Arena arena{Options()};
    Message* message = google::protobuf::Arena::CreateMessage<Message>(&arena);
  };
  const auto holder = std::make_shared<Holder>();
  return std::shared_ptr<Message>(holder, holder->message);
}

}  // namespace gather::engine

#endif  // GATHER_ENGINE_ON_ARENA_H_
