#ifndef GATHER_EXAMPLES_OPEN_CALLS_H_
#define GATHER_EXAMPLES_OPEN_CALLS_H_

#include <grpcpp/support/server_callback.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace demo {

// The calls that a backend has open, each answered when its time has come or when its caller gives
// up; and what has been counted. Must outlive its server. Any thread.
class OpenCalls {
 public:
  struct Counts {
    std::uint32_t calls = 0;
    std::uint32_t cancelled = 0;
    std::uint32_t max_in_flight = 0;
  };

  OpenCalls();
  ~OpenCalls();

  // Opens a call that ends with `status` after `delay`.
  grpc::ServerUnaryReactor* Answer(const grpc::Status& status, std::chrono::milliseconds delay);

  // Blocks until so many have been cancelled, or the deadline.
  Counts Await(std::uint32_t cancelled, std::chrono::system_clock::time_point deadline);

 private:
  class Call;

  void Leave(bool cancelled);
  void Forget(Call* call);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<Call*, std::unique_ptr<Call>> calls_;
  std::uint32_t in_flight_ = 0;
  Counts counts_;
};

}  // namespace demo

#endif  // GATHER_EXAMPLES_OPEN_CALLS_H_
