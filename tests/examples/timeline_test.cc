#include "examples/timeline.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace demo {
namespace {

Span Millis(int from, int to) { return {absl::Milliseconds(from), absl::Milliseconds(to)}; }

TEST(InFlightTest, IsAsHighAsCallsRanAtOnce) {
  const std::string line = InFlight({Millis(0, 10), Millis(0, 20)}, 2);
  EXPECT_TRUE(absl::StartsWith(line, "██")) << line;
  EXPECT_TRUE(absl::EndsWith(line, "▄▄")) << line;
}

TEST(InFlightTest, OfNoCallsIsEmpty) { EXPECT_EQ(InFlight({}, 8), ""); }

}  // namespace
}  // namespace demo
