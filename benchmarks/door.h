#ifndef BENCHMARKS_DOOR_H_
#define BENCHMARKS_DOOR_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace gather::benchmarks {

// The shape of the work: gathers of `calls` unary sub-calls with `payload_bytes` each, `at_once` of
// them in flight.
struct Shape {
  int calls = 1;
  int at_once = 1;
  int payload_bytes = 100;
  // With 2, each sub-call is itself a gather of `calls` echo calls, made by somebody in the middle.
  int levels = 1;
  // Every 100th echo call takes 20 ms.
  bool slow = false;

  // Echo calls of one gather.
  int64_t echoes() const { return levels == 2 ? int64_t{calls} * calls : calls; }
};

// What went wrong in a run: nothing, if all is well.
struct Errors {
  int64_t count = 0;
  std::string first;

  void Add(std::string what) {
    if (count++ == 0) first = std::move(what);
  }

  void Add(Errors other) {
    if (count == 0) first = std::move(other.first);
    count += other.count;
  }
};

// What came of a run.
struct RunRecord {
  Errors errors;
  // How long each gather took, from the moment at which it was begun, in the order of their ends.
  std::vector<std::chrono::nanoseconds> durations;
};

// One way to run gathers against the echo backend. Used by one thread.
class Door {
 public:
  using Clock = std::chrono::steady_clock;

  virtual ~Door() = default;

  // Runs `gathers` gathers, at most `shape.at_once` at a time, and returns when all have ended.
  // Every sub-call that did not bring its own payload's size back is an error.
  virtual RunRecord Run(const Shape& shape, int64_t gathers) = 0;
};

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_DOOR_H_
