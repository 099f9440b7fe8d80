#ifndef GATHER_CLIENT_TESTING_SCRIPT_WORKER_H_
#define GATHER_CLIENT_TESTING_SCRIPT_WORKER_H_

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "absl/functional/any_invocable.h"

namespace gather::testing::internal {

// One thread that runs what it is given, in that order. Thread-safe.
class ScriptWorker {
 public:
  ScriptWorker() : thread_([this] { Work(); }) {}

  ~ScriptWorker() { Finish(); }

  // Returns when all that was posted has run; what is posted later does not run. Not on the
  // worker's thread; any number of times.
  void Finish();

  // Never runs `work` inside this call.
  void Post(absl::AnyInvocable<void()> work);

  bool IsThisThread() const { return std::this_thread::get_id() == thread_.get_id(); }

 private:
  void Work();

  std::mutex mutex_;
  std::condition_variable work_came_;
  std::deque<absl::AnyInvocable<void()>> work_;
  bool ending_ = false;
  std::thread thread_;  // the last member: it uses the others
};

}  // namespace gather::testing::internal

#endif  // GATHER_CLIENT_TESTING_SCRIPT_WORKER_H_
