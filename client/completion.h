#ifndef GATHER_CLIENT_COMPLETION_H_
#define GATHER_CLIENT_COMPLETION_H_

#include <cstdint>

#include "gather/outcome.h"
#include "gather/reply.h"

namespace gather {

// One sub-call that has ended, and the place of its call among all calls. A plain value; opens up
// by structured binding: `auto& [index, outcome] = completion;`.
template <ReplyType Reply>
struct Completion {
  std::uint32_t index = 0;
  Outcome<Reply> outcome;
};

}  // namespace gather

#endif  // GATHER_CLIENT_COMPLETION_H_
