#ifndef BENCHMARKS_DOOR_H_
#define BENCHMARKS_DOOR_H_

#include <cstdint>
#include <string>
#include <utility>

namespace gather::benchmarks {

// The shape of the work: gathers of `calls` unary sub-calls with `payload_bytes` each, `at_once` of
// them in flight.
struct Shape {
  int calls = 1;
  int at_once = 1;
  int payload_bytes = 100;
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

// One way to run gathers against the echo backend. Used by one thread.
class Door {
 public:
  virtual ~Door() = default;

  // Runs `gathers` gathers, at most `shape.at_once` at a time, and returns when all have ended.
  // Every sub-call that did not bring its own payload's size back is an error.
  virtual Errors Run(const Shape& shape, int64_t gathers) = 0;
};

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_DOOR_H_
