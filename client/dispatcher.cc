#include "gather/dispatcher.h"

#include <utility>

#include "gather/refusal.h"

namespace gather::internal {

namespace {

// Whose continuation this thread runs, if it is one of that connection's workers.
thread_local const Connection* running = nullptr;

void RunFor(const Connection* connection, absl::AnyInvocable<void()> work) {
  const Connection* const outer = std::exchange(running, connection);
  work();
  work = nullptr;  // it may own a group, whose end must not wait for this thread
  running = outer;
}

}  // namespace

Dispatcher::Dispatcher(const std::shared_ptr<Connection>& connection, Executor executor)
    : connection_(connection), identity_(connection.get()), executor_(std::move(executor)) {}

void Dispatcher::Dispatch(absl::AnyInvocable<void()> work) const {
  if (executor_ != nullptr) return executor_(std::move(work));
  const std::shared_ptr<Connection> connection = connection_.lock();
  if (connection == nullptr) return work();
  connection->RunOnWorker([identity = identity_, work = std::move(work)]() mutable {
    RunFor(identity, std::move(work));
  });
}

void Dispatcher::DispatchFromWorker(absl::AnyInvocable<void()> work) const {
  if (executor_ == nullptr) return RunFor(identity_, std::move(work));
  // An executor may drop the work here and now, and with it what it owns.
  RunFor(identity_, [this, &work] { executor_(std::move(work)); });
}

bool Dispatcher::OnWorkerThread() const {
  if (running == identity_) return true;
  const std::shared_ptr<Connection> connection = connection_.lock();
  return connection != nullptr && connection->OnWorkerThread();
}

absl::Status OnWorkerThreadError() {
  absl::Status status =
      absl::FailedPreconditionError("a worker thread cannot wait for its own work");
  v1::ErrorInfo info;
  info.set_reason("ON_WORKER_THREAD");
  AddErrorInfo(std::move(info), &status);
  return status;
}

}  // namespace gather::internal
