#ifndef BENCHMARKS_HELD_CALLS_H_
#define BENCHMARKS_HELD_CALLS_H_

#include <grpcpp/generic/generic_stub.h>

#include <string>

#include "absl/status/status.h"

namespace gather::benchmarks {

// The calls that a hold backend holds, seen from outside. Safe from any thread.
class HeldCalls {
 public:
  explicit HeldCalls(const std::string& backend);

  // Blocks until it holds exactly so many; at most a minute.
  absl::Status Await(int count);

  // Has it answer all of them.
  absl::Status Release();

 private:
  absl::Status Ask(const std::string& method, const std::string& bytes);

  grpc::GenericStub stub_;
};

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_HELD_CALLS_H_
