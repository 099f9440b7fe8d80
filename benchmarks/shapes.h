#ifndef BENCHMARKS_SHAPES_H_
#define BENCHMARKS_SHAPES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "benchmarks/door.h"

namespace gather::benchmarks {

// A shape as it is called in the report.
struct NamedShape {
  std::string name;
  Shape shape;
};

// Each shape, followed by the same with slow calls ("100", "100-slow", ...). Memory that a process
// keeps from a large shape would be counted in the next, so they grow.
std::vector<NamedShape> AllShapes();

// Enough of them to see that everything runs.
std::vector<NamedShape> QuickShapes();

// Those of the names, in that order.
absl::StatusOr<std::vector<NamedShape>> SelectShapes(const std::vector<std::string>& names);

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_SHAPES_H_
