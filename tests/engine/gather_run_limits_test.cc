// Limits of one gather, and how gathers share a worker.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/async/worker.h"
#include "engine/attempt.h"
#include "engine/gather_run.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/engine/gather_run_fixture.h"

namespace gather::engine {
namespace {

using Slots = std::vector<std::uint32_t>;

class GatherRunLimitsTest : public GatherRunTest {};

// semantics 57
TEST_F(GatherRunLimitsTest, NeverMoreThanTheLimitAreInFlightAndWaitersAreServedInOrder) {
  Run(Calls(8, "max_concurrency: 3"));
  EXPECT_EQ(started(), (Slots{0, 1, 2}));
  Succeed(2);
  Settle();
  EXPECT_EQ(started(), (Slots{0, 1, 2, 3}));
  Succeed(0);
  Succeed(3);
  Settle();
  EXPECT_EQ(started(), (Slots{0, 1, 2, 3, 4, 5}));
  while (!answered()) {
    invoker_.Outstanding().back()->Complete(Reply(""));
    Settle();
  }
  EXPECT_EQ(started(), (Slots{0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(invoker_.most_outstanding(), 3u);
}

// The permit comes back at the very moment at which the first waiter's own time is up.
// semantics 58
TEST_F(GatherRunLimitsTest, APermitFreedForAWaiterThatJustExpiredGoesToTheNext) {
  Run(Calls(1, "max_concurrency: 1 policy { mode: MODE_COLLECT }") +
      " calls { timeout { nanos: 20000000 } } calls {}");
  queue_->Advance(milliseconds(20));
  Succeed(0);
  Settle();
  EXPECT_EQ(started(), (Slots{0, 2}));
  Succeed(2);
  Settle();
  ExpectStopped(1, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SUB_CALL_DEADLINE);
  ExpectSucceeded(2);
}

// semantics 58
TEST_F(GatherRunLimitsTest, AnExpiredWaiterBlocksNobodyBehindIt) {
  Run(Calls(1, "max_concurrency: 1 policy { mode: MODE_COLLECT }") +
      " calls { timeout { nanos: 20000000 } } calls {}");
  Advance(milliseconds(20));
  EXPECT_EQ(started(), (Slots{0}));
  Succeed(0);
  Settle();
  EXPECT_EQ(started(), (Slots{0, 2}));
  Succeed(2);
  Settle();
}

// semantics 59
TEST_F(GatherRunLimitsTest, TheGathersDeadlineInTheQueueIsNamed) {
  Run(Calls(2, "max_concurrency: 1"), milliseconds(50));
  Advance(milliseconds(50));
  EXPECT_EQ(started(), (Slots{0}));
  ExpectStopped(1, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_GATHER_DEADLINE);
  EXPECT_EQ(outcome(1).status->code(), 4);
}

// semantics 60, 62
TEST_F(GatherRunLimitsTest, AGatherThatWaitsForItsLimitHoldsUpNoOther) {
  Run(Calls(5, "max_concurrency: 1"));
  Run(Calls(3));
  EXPECT_EQ(started(), (Slots{0, 0, 1, 2}));
  invoker_.SetScript([](FakeAttempt&) { return Reply(""); });
  for (FakeAttempt* attempt : invoker_.Outstanding()) attempt->Complete(Reply(""));
  Settle();
  EXPECT_EQ(answers_.size(), 2u);
}

// semantics 61
TEST_F(GatherRunLimitsTest, ManySubCallsWithASmallLimitHaveFewAttemptsAlive) {
  invoker_.SetScript([](FakeAttempt&) { return Reply(""); });
  Run(Calls(20'000, "max_concurrency: 10"));
  EXPECT_EQ(answer().summary.succeeded(), 20'000u);
  EXPECT_EQ(invoker_.most_outstanding(), 10u);
}

TEST_F(GatherRunLimitsTest, ThirtyTwoAreStartedInOneGoThenAnotherGatherHasItsTurn) {
  Start(Calls(80));
  Start(Calls(40));
  Settle();
  Slots expected;
  const auto expect = [&expected](std::uint32_t from, std::uint32_t to) {
    for (std::uint32_t slot = from; slot < to; ++slot) expected.push_back(slot);
  };
  static_assert(kQuantum == 32);
  expect(0, 32);
  expect(0, 32);
  expect(32, 64);
  expect(32, 40);
  expect(64, 80);
  EXPECT_EQ(started(), expected);
  for (FakeAttempt* attempt : invoker_.Outstanding()) attempt->Complete(Reply(""));
}

TEST_F(GatherRunLimitsTest, ThirtyTwoAreCancelledInOneGoThenAnotherGatherHasItsTurn) {
  GatherRun* const first = Run(Calls(80));
  GatherRun* const second = Run(Calls(40));
  first->Cancel(v1::CAUSE_CALLER);
  second->Cancel(v1::CAUSE_CALLER);
  Settle();
  Slots expected;
  const auto expect = [&expected](std::uint32_t from, std::uint32_t to) {
    for (std::uint32_t slot = from; slot < to; ++slot) expected.push_back(slot);
  };
  expect(0, 32);
  expect(0, 32);
  expect(32, 64);
  expect(32, 40);
  expect(64, 80);
  EXPECT_EQ(invoker_.cancelled(), expected);
}

// What has come back is taken in between two quanta: nothing is started for a lost gather.
TEST_F(GatherRunLimitsTest, ResultsAreTakenInBetweenTwoQuanta) {
  invoker_.SetScript([](FakeAttempt& attempt) -> std::optional<AttemptResult> {
    if (attempt.slot() == 5) return BackendFailure(5, "early");
    return std::nullopt;
  });
  Run(Calls(1000));
  EXPECT_EQ(started().size(), std::size_t{kQuantum});
}

TEST_F(GatherRunLimitsTest, StoppingManyQueuedSubCallsHoldsUpNoOtherGather) {
  GatherRun* const big = Run(Calls(20'000, "max_concurrency: 1"));
  bool big_had_answered = true;
  invoker_.SetScript([&](FakeAttempt&) {
    big_had_answered = answered();
    return Reply("");
  });
  big->Cancel(v1::CAUSE_CALLER);
  Start(Calls(1));
  Settle();
  EXPECT_FALSE(big_had_answered);
  EXPECT_EQ(answers_.size(), 2u);
}

}  // namespace
}  // namespace gather::engine
