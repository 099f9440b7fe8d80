#include "gather/connection_ender.h"

#include <future>
#include <list>
#include <mutex>
#include <utility>

namespace gather::internal {
namespace {

// Ends connections on threads of their own and joins them, at the latest with the process.
class Ender {
 public:
  void End(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    endings_.remove_if([](std::future<void>& ending) {
      return ending.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    });
    endings_.push_back(
        std::async(std::launch::async,
                   [connection = std::move(connection)]() mutable { connection.reset(); }));
  }

 private:
  std::mutex mutex_;
  std::list<std::future<void>> endings_;  // a future of std::async joins when destroyed
};

void Release(Connection* connection) {
  std::unique_ptr<Connection> owned(connection);
  if (!owned->OnWorkerThread()) return;
  static Ender ender;  // destroyed at exit, on purpose: a thread that still runs then is joined
  ender.End(std::move(owned));
}

}  // namespace

std::shared_ptr<Connection> Share(std::unique_ptr<Connection> connection) {
  return std::shared_ptr<Connection>(connection.release(), &Release);
}

}  // namespace gather::internal
