#include "benchmarks/shapes.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace gather::benchmarks {
namespace {

constexpr int kKibibyte = 1024;

// Whatever holds 1,000 calls in flight or more, whose memory is told, stands before the shapes with
// large payloads.
std::vector<NamedShape> ShapesWithoutSlowCalls() {
  return {
      {"1", {.calls = 1}},
      {"10", {.calls = 10}},
      {"100", {.calls = 100}},
      {"10-64-at-once", {.calls = 10, .at_once = 64}},
      {"1000", {.calls = 1000}},
      {"10000", {.calls = 10'000}},
      {"100000", {.calls = 100'000}},
      {"100-10KiB", {.calls = 100, .payload_bytes = 10 * kKibibyte}},
      {"10-1MiB", {.calls = 10, .payload_bytes = kKibibyte * kKibibyte}},
      {"10x10", {.calls = 10, .levels = 2}},
  };
}

std::vector<std::string> NamesOf(const std::vector<NamedShape>& shapes) {
  std::vector<std::string> names;
  names.reserve(shapes.size());
  for (const NamedShape& shape : shapes) names.push_back(shape.name);
  return names;
}

}  // namespace

std::vector<NamedShape> AllShapes() {
  std::vector<NamedShape> shapes;
  for (NamedShape& plain : ShapesWithoutSlowCalls()) {
    NamedShape slow = {absl::StrCat(plain.name, "-slow"), plain.shape};
    slow.shape.slow = true;
    shapes.push_back(std::move(plain));
    shapes.push_back(std::move(slow));
  }
  return shapes;
}

std::vector<NamedShape> QuickShapes() {
  return *SelectShapes(
      {"1", "100", "10-64-at-once", "1000", "1000-slow", "10000", "100-10KiB", "10x10"});
}

absl::StatusOr<std::vector<NamedShape>> SelectShapes(const std::vector<std::string>& names) {
  const std::vector<NamedShape> all = AllShapes();
  std::vector<NamedShape> selected;
  for (const std::string& name : names) {
    const auto it = std::find_if(all.begin(), all.end(),
                                 [&](const NamedShape& shape) { return shape.name == name; });
    if (it == all.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("no shape \"", name, "\"; there are ", absl::StrJoin(NamesOf(all), ",")));
    }
    selected.push_back(*it);
  }
  return selected;
}

}  // namespace gather::benchmarks
