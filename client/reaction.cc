#include "gather/reaction.h"

#include <utility>

namespace gather::internal {
namespace {

thread_local const Reaction* innermost = nullptr;

}  // namespace

Reaction::Reaction(const TaskOwner* owner)
    : owner_(owner), outer_(std::exchange(innermost, this)) {}

Reaction::~Reaction() { innermost = outer_; }

bool Reaction::Runs(const TaskOwner* owner) {
  for (const Reaction* reaction = innermost; reaction != nullptr; reaction = reaction->outer_) {
    if (reaction->owner_ == owner) return true;
  }
  return false;
}

}  // namespace gather::internal
