#ifndef GATHER_CLIENT_WINNER_H_
#define GATHER_CLIENT_WINNER_H_

#include <cstdint>

#include "gather/reply.h"

namespace gather {

// A reply that decided a gather, or helped to, and the place of its call among all calls. A plain
// value; opens up by structured binding: `auto& [index, reply] = *winner;`.
template <ReplyType Reply>
struct Winner {
  std::uint32_t index = 0;
  Reply value;
};

}  // namespace gather

#endif  // GATHER_CLIENT_WINNER_H_
