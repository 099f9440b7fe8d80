#ifndef BENCHMARKS_HELD_GATHER_H_
#define BENCHMARKS_HELD_GATHER_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "benchmarks/echo.pb.h"
#include "gather/gather.h"

namespace gather::benchmarks {

// One gather of calls that last until the hold backend releases them, or until the gather is
// cancelled. Used by one thread.
class HeldGather {
 public:
  // Of `calls` calls to target t0 with that payload, at most `in_flight` of them in flight. The
  // client must outlive this.
  HeldGather(const Client& client, int calls, int in_flight, int payload_bytes);

  // The gather's normal end.
  absl::Status Await();

  // Cancels the gather and waits for its end. kInternal: it ended otherwise.
  absl::Status Cancel();

 private:
  Future<absl::StatusOr<std::vector<v1::EchoResponse>>> replies_;
};

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_HELD_GATHER_H_
