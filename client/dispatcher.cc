#include "gather/dispatcher.h"

#include <utility>

#include "gather/refusal.h"

namespace gather::internal {

Dispatcher::Dispatcher(std::weak_ptr<Connection> connection, Executor executor)
    : connection_(std::move(connection)), executor_(std::move(executor)) {}

void Dispatcher::Dispatch(absl::AnyInvocable<void()> work) const {
  if (executor_ != nullptr) return executor_(std::move(work));
  const std::shared_ptr<Connection> connection = connection_.lock();
  if (connection != nullptr) return connection->RunOnWorker(std::move(work));
  work();
}

void Dispatcher::DispatchFromWorker(absl::AnyInvocable<void()> work) const {
  if (executor_ != nullptr) return executor_(std::move(work));
  work();
}

bool Dispatcher::OnWorkerThread() const {
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
