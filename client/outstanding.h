#ifndef GATHER_CLIENT_OUTSTANDING_H_
#define GATHER_CLIENT_OUTSTANDING_H_

#include <condition_variable>
#include <memory>
#include <mutex>

#include "absl/container/flat_hash_map.h"

namespace gather::internal {

// Something that a connection began and whose end it waits for: an RPC, a piece of posted work.
class Outstanding {
 public:
  virtual ~Outstanding() = default;

  // Asks for the end. From any thread, any number of times, also before the start and after the
  // end.
  virtual void Cancel() = 0;
};

// Owns what a connection began until it has ended, so that the connection can end, too: whatever is
// in the set may still start operations on the connection's queue.
//
// Threads: any. Destruction: when it is empty.
class OutstandingSet {
 public:
  // To be called before the start. Once the connection is ending, `work` is cancelled at once.
  void Add(const std::shared_ptr<Outstanding>& work);

  // The last thing that `work` does: it may be destroyed in here.
  void Remove(Outstanding* work);

  // Cancels everything, and returns when the set is empty.
  void CancelAndAwait();

 private:
  std::mutex mutex_;
  std::condition_variable emptied_;
  absl::flat_hash_map<Outstanding*, std::shared_ptr<Outstanding>> works_;
  bool ending_ = false;
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_OUTSTANDING_H_
