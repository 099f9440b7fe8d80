#include "engine/async/inbox.h"

#include <utility>

namespace gather::engine {

Inbox::Posted Inbox::Post(Message message) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (closed_) return Posted::kClosed;
  messages_.push_back(std::move(message));
  return messages_.size() == 1 ? Posted::kFirst : Posted::kQueued;
}

std::vector<Inbox::Message> Inbox::Take() {
  std::lock_guard<std::mutex> lock(mutex_);
  return std::exchange(messages_, {});
}

bool Inbox::empty() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return messages_.empty();
}

void Inbox::Close() {
  std::lock_guard<std::mutex> lock(mutex_);
  closed_ = true;
}

}  // namespace gather::engine
