#ifndef GATHER_SERVER_METRICS_APPEND_LIST_H_
#define GATHER_SERVER_METRICS_APPEND_LIST_H_

#include <atomic>
#include <utility>

namespace gather::server {

// A list to which one thread adds while any reads it, without a lock: nothing is ever taken out,
// and nothing moves.
template <typename T>
class AppendList {
 public:
  AppendList() = default;
  AppendList(const AppendList&) = delete;
  AppendList& operator=(const AppendList&) = delete;
  ~AppendList() {
    for (Node* node = first_.load(); node != nullptr;) delete std::exchange(node, node->next);
  }

  // Makes one more. The pointer lives as long as the list.
  template <typename... Arguments>
  T* Add(Arguments&&... arguments) {
    auto* const node =
        new Node{T(std::forward<Arguments>(arguments)...), first_.load(std::memory_order_relaxed)};
    first_.store(node, std::memory_order_release);
    return &node->value;
  }

  // The latest first.
  template <typename Visitor>
  void ForEach(const Visitor& visit) const {
    for (const Node* node = first_.load(std::memory_order_acquire); node != nullptr;
         node = node->next) {
      visit(node->value);
    }
  }

 private:
  struct Node {
    T value;
    Node* next;
  };

  std::atomic<Node*> first_{nullptr};
};

}  // namespace gather::server

#endif  // GATHER_SERVER_METRICS_APPEND_LIST_H_
