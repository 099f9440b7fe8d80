#ifndef BENCHMARKS_BYSTANDER_H_
#define BENCHMARKS_BYSTANDER_H_

#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "gather/gather.h"

namespace gather::benchmarks {

// Gathers of one call, one after the other with a millisecond between them, on a thread of their
// own: somebody who wants to be answered soon while others do much. Safe from any thread.
class Bystander {
 public:
  // Since the last time this was asked.
  struct Times {
    absl::Duration longest;
    absl::Duration median;
  };

  // Calls that target, which answers at once. The client must outlive this.
  Bystander(const Client& client, const std::string& target);
  ~Bystander();

  // Waits for the end of the gather that is under way, which counts. The first failure of any
  // gather so far, if there was one.
  absl::StatusOr<Times> Take();

 private:
  void Run();

  const Client& client_;
  const std::string target_;
  absl::Mutex mutex_;
  std::vector<absl::Duration> times_ ABSL_GUARDED_BY(mutex_);
  bool asked_ ABSL_GUARDED_BY(mutex_) = false;  // somebody waits for the end of the one under way
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_BYSTANDER_H_
