#include "gather/caller_stop.h"

#include <gtest/gtest.h>

#include <chrono>
#include <stop_token>

#include "gather/options.h"

namespace gather::internal {
namespace {

using std::chrono::steady_clock;

class CallerStopTest : public ::testing::Test {
 protected:
  CallerStopTest() { options_.cancellation = source_.get_token(); }

  void Watch() {
    stop_.Watch(options_, [this] { ++cancels_; });
  }

  std::stop_source source_;
  Options options_;
  CallerStop stop_;
  int cancels_ = 0;
};

// semantics 51
TEST_F(CallerStopTest, AStopCancels) {
  Watch();
  EXPECT_EQ(cancels_, 0);
  source_.request_stop();
  EXPECT_EQ(cancels_, 1);
}

TEST_F(CallerStopTest, AStopThatWasRequestedBeforeCancelsAtOnce) {
  source_.request_stop();
  Watch();
  EXPECT_EQ(cancels_, 1);
}

// semantics 51
TEST_F(CallerStopTest, AStopBeforeTheDeadlineCancels) {
  options_.deadline = steady_clock::now() + std::chrono::hours(1);
  Watch();
  source_.request_stop();
  EXPECT_EQ(cancels_, 1);
}

// semantics 66: an expiry is never a cancellation.
TEST_F(CallerStopTest, AStopThatComesWithTheDeadlineIsLeftToIt) {
  options_.deadline = steady_clock::now();
  Watch();
  source_.request_stop();
  EXPECT_EQ(cancels_, 0);
}

TEST_F(CallerStopTest, AfterTheEndNothingIsHeard) {
  Watch();
  stop_.End();
  source_.request_stop();
  EXPECT_EQ(cancels_, 0);
}

TEST_F(CallerStopTest, WhereNobodyCanStopThereIsNothingToHear) {
  options_.cancellation = std::stop_token();
  Watch();
  EXPECT_EQ(cancels_, 0);
}

}  // namespace
}  // namespace gather::internal
