#ifndef GATHER_CLIENT_DISPATCHER_H_
#define GATHER_CLIENT_DISPATCHER_H_

#include <memory>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "gather/connection.h"
#include "gather/options.h"

namespace gather::internal {

// Where continuations run: on the executor, if there is one, else on a worker thread of the
// connection. Does not keep the connection alive. Thread-safe.
class Dispatcher {
 public:
  Dispatcher(const std::shared_ptr<Connection>& connection, Executor executor);

  // Runs `work` there, never inside this call; but where the connection has ended and there is no
  // executor, no other thread is left and it runs here.
  void Dispatch(absl::AnyInvocable<void()> work) const;

  // The same, called on a worker thread: without an executor it runs at once.
  void DispatchFromWorker(absl::AnyInvocable<void()> work) const;

  // Whether the client has come to its end, which cancels what is still on its way.
  bool ended() const { return connection_.expired(); }

  bool has_executor() const { return executor_ != nullptr; }

  // Whether this is a worker thread of the connection; also while the connection is ending, when it
  // cannot be asked any more but its last continuations run.
  bool OnWorkerThread() const;

 private:
  const std::weak_ptr<Connection> connection_;
  const Connection* const identity_;  // not to be followed
  const Executor executor_;
};

// What somebody is told who would wait on a worker thread for that thread's own work.
absl::Status OnWorkerThreadError();

}  // namespace gather::internal

#endif  // GATHER_CLIENT_DISPATCHER_H_
