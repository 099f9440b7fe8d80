#include "gather/remote_queue.h"

namespace gather::internal {

RemoteQueue::~RemoteQueue() {
  queue_.Shutdown();
  thread_.join();
}

void RemoteQueue::Work() {
  void* tag = nullptr;
  bool ok = false;
  while (queue_.Next(&tag, &ok)) static_cast<Completion*>(tag)->OnDone(ok);
}

}  // namespace gather::internal
