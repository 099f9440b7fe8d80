#ifndef BENCHMARKS_TARGETS_H_
#define BENCHMARKS_TARGETS_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "benchmarks/line.h"

namespace gather::benchmarks {

enum class Bound { kAtLeast, kAtMost };

// Something that the product is to reach.
struct Target {
  std::string what;
  Bound bound = Bound::kAtLeast;
  double asked = 0;
  // Nothing where the run did not show it.
  std::function<std::optional<double>(const std::vector<Line>&)> figure;
};

enum class Verdict { kMet, kNotMet, kNotMeasured };

// "met", "not met" or "not measured".
std::string ToString(Verdict verdict);

// A target, and what a run says of it.
struct Judgement {
  std::string what;
  std::string asked;  // ">= 0.82"
  std::optional<double> measured;
  Verdict verdict = Verdict::kNotMeasured;
};

// All that this harness can show.
std::vector<Target> Targets();

// "At least" may be 0.05 short, which is what one run differs from the next; "at most" holds as it
// stands.
Judgement Judge(const Target& target, const std::vector<Line>& lines);

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_TARGETS_H_
