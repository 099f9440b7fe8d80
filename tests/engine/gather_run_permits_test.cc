// What runs do where targets have permits.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/attempt.h"
#include "engine/gather_run.h"
#include "engine/limits/target_limits.h"
#include "engine/limits/target_permits.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/engine/gather_run_fixture.h"

namespace gather::engine {
namespace {

using Slots = std::vector<std::uint32_t>;

class GatherRunPermitsTest : public GatherRunTest {
 protected:
  void Limit(const TargetLimits& limits) {
    permits_ = std::make_shared<TargetPermits>(limits);
    targets_.SetPermits("users", permits_);
  }

  void TearDown() override {
    GatherRunTest::TearDown();
    EXPECT_EQ(permits_->snapshot().held, 0u);
    EXPECT_EQ(permits_->snapshot().waiting, 0u);
  }

  // Ends the attempt that was started first of those outstanding.
  void SucceedOne() {
    invoker_.Outstanding().front()->Complete(Reply(""));
    Settle();
  }

  void SucceedAll() {
    while (invoker_.outstanding() > 0) SucceedOne();
  }

  std::shared_ptr<TargetPermits> permits_;
};

// semantics 57
TEST_F(GatherRunPermitsTest, NoMoreThanTheTargetMayHaveAreInFlightOfAllGathers) {
  Limit({.max_in_flight = 3});
  Run(Calls(4));
  Run(Calls(4));
  EXPECT_EQ(started(), (Slots{0, 1, 2}));
  SucceedAll();
  EXPECT_EQ(started().size(), 8u);
  EXPECT_EQ(invoker_.most_outstanding(), 3u);
  EXPECT_EQ(answers_.size(), 2u);
}

// semantics 9, 57
TEST_F(GatherRunPermitsTest, WithinAGatherWaitersAreServedInOrder) {
  Limit({.max_in_flight = 2});
  Run(Calls(6));
  SucceedAll();
  EXPECT_EQ(started(), (Slots{0, 1, 2, 3, 4, 5}));
}

TEST_F(GatherRunPermitsTest, ASmallGatherIsNotHeldUpByALargeOne) {
  Limit({.max_in_flight = 10});
  Run(Calls(1000));
  Run(Calls(5, R"(label: "small")"));
  for (int i = 0; i < 5; ++i) SucceedOne();
  EXPECT_EQ(started(), (Slots{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4}));
  SucceedAll();
}

TEST_F(GatherRunPermitsTest, UnfairMeansThatTheSmallGatherWaitsForTheWholeLargeOne) {
  Limit({.max_in_flight = 10, .unfair = true});
  Run(Calls(30));
  Run(Calls(5));
  for (int i = 0; i < 20; ++i) SucceedOne();
  EXPECT_EQ(started().size(), 30u);
  EXPECT_EQ(started().back(), 29u);
  SucceedAll();
}

// semantics 62
TEST_F(GatherRunPermitsTest, OneThatWaitsForATargetIsPassedByCallsToOthersAndHoldsNothing) {
  Limit({.max_in_flight = 1});
  Run(Calls(3, "max_concurrency: 2") + R"( calls { target: "posts" } calls { target: "posts" })");
  EXPECT_EQ(started(), (Slots{0, 3})) << "1 and 2 hold none of the gather's two permits";
  Succeed(3);
  Settle();
  EXPECT_EQ(started(), (Slots{0, 3, 4}));
  SucceedAll();
}

// semantics 9
TEST_F(GatherRunPermitsTest, TargetsInTurnAreStartedInTheOrderOfTheRequest) {
  Limit({.max_in_flight = 100});
  const std::string both = R"( calls {} calls { target: "posts" })";
  Run(Calls(0) + both + both + both);
  EXPECT_EQ(started(), (Slots{0, 1, 2, 3, 4, 5}));
  SucceedAll();
}

// semantics 62
TEST_F(GatherRunPermitsTest, APermitThatItsGatherHasNoRoomForGoesToAnother) {
  Limit({.max_in_flight = 1});
  Run(Calls(2, "max_concurrency: 1"));
  Run(Calls(1));
  SucceedOne();
  EXPECT_EQ(started(), (Slots{0, 0}))
      << "the second gather waited while the first could not use it";
  SucceedAll();
}

// semantics 19
TEST_F(GatherRunPermitsTest, AFailureDecidesBeforeItsPermitIsHandedOn) {
  Limit({.max_in_flight = 1});
  Run(Calls(2, kFailFast));
  Run(Calls(1));
  Fail(0);
  Settle();
  EXPECT_EQ(started(), (Slots{0, 0})) << "slot 1 of the first gather is never sent";
  EXPECT_EQ(answers_.front().outcomes[1].cause, v1::CAUSE_SIBLING_FAILED);
  SucceedAll();
}

// semantics 58
TEST_F(GatherRunPermitsTest, ACancelledGatherLeavesTheQueueAtOnce) {
  Limit({.max_in_flight = 1});
  Run(Calls(1));
  GatherRun* const waiting = Run(Calls(3));
  EXPECT_EQ(permits_->snapshot().waiting, 3u);
  waiting->Cancel(v1::CAUSE_CALLER);
  EXPECT_EQ(permits_->snapshot().waiting, 0u);
  SucceedAll();
}

// semantics 58
TEST_F(GatherRunPermitsTest, APermitGrantedToAGatherThatIsCancelledAtThatMomentGoesToTheNext) {
  Limit({.max_in_flight = 1});
  Run(Calls(1));
  GatherRun* const first = Run(Calls(1));
  Run(Calls(1));
  Succeed(0);
  worker_.Post([first] { first->Cancel(v1::CAUSE_CALLER); });
  Settle();
  EXPECT_EQ(started().size(), 2u);
  SucceedAll();
  EXPECT_EQ(answers_.size(), 3u);
}

// semantics 46, 58
TEST_F(GatherRunPermitsTest, ACancelledSubCallLeavesTheQueue) {
  Limit({.max_in_flight = 1});
  GatherRun* const group = Open(kCollect);
  for (int i = 0; i < 3; ++i) Add(group);
  Settle();
  EXPECT_EQ(permits_->snapshot().waiting, 2u);
  group->CancelCall("1");
  Settle();
  EXPECT_EQ(permits_->snapshot().waiting, 1u);
  group->Seal();
  SucceedAll();
  EXPECT_EQ(started(), (Slots{0, 2}));
}

// semantics 59
TEST_F(GatherRunPermitsTest, TheOwnDeadlineInTheQueueIsNamedAndNoPermitIsLost) {
  Limit({.max_in_flight = 1});
  Run(Calls(1, kCollect) + " calls { timeout { nanos: 20000000 } } calls {}");
  Advance(milliseconds(20));
  EXPECT_EQ(permits_->snapshot().waiting, 1u);
  SucceedAll();
  EXPECT_EQ(started(), (Slots{0, 2}));
  ExpectStopped(1, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SUB_CALL_DEADLINE);
}

// semantics 59
TEST_F(GatherRunPermitsTest, TheGathersDeadlineInTheQueueIsNamedAndNoPermitIsLost) {
  Limit({.max_in_flight = 1});
  Run(Calls(2), milliseconds(50));
  Advance(milliseconds(50));
  EXPECT_EQ(started(), (Slots{0}));
  ExpectStopped(1, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_GATHER_DEADLINE);
}

TEST_F(GatherRunPermitsTest, WaitingForAPermitShowsAsQueued) {
  Limit({.max_in_flight = 1});
  Run(Calls(2));
  Advance(milliseconds(30));
  SucceedAll();
  EXPECT_EQ(outcome(0).timing.queued, milliseconds(0));
  EXPECT_EQ(outcome(1).timing.queued, milliseconds(30));
}

TEST_F(GatherRunPermitsTest, WhatCannotEndInTimeIsNotStarted) {
  Limit({.max_in_flight = 1});
  Run(Calls(1));
  Advance(milliseconds(40));
  SucceedAll();  // now a call is known to take 40 ms
  answers_.clear();
  gathers_ = 0;
  Run(Calls(1, kCollect) + " calls { timeout { nanos: 70000000 } } calls {}");
  Advance(milliseconds(35));
  Succeed(0);
  Settle();
  EXPECT_EQ(started(), (Slots{0, 0, 2})) << "35 ms are left, which is too little for 1";
  SucceedAll();
  ExpectStopped(1, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SUB_CALL_DEADLINE);
  EXPECT_NE(outcome(1).status->message().find("target \"users\""), std::string::npos);
}

// Its gather's deadline ends it when it comes: until then the answer may still be a success.
TEST_F(GatherRunPermitsTest, WhatTheGathersDeadlineLeavesNoTimeForWaitsForThatDeadline) {
  Limit({.max_in_flight = 1});
  Run(Calls(1));
  Advance(milliseconds(40));
  SucceedAll();
  answers_.clear();
  gathers_ = 0;
  Run(Calls(2, kCollect), milliseconds(70));
  Advance(milliseconds(35));
  Succeed(0);
  Settle();
  EXPECT_EQ(started(), (Slots{0, 0}));
  EXPECT_EQ(permits_->snapshot().held, 0u);
  EXPECT_FALSE(answered());
  Advance(milliseconds(35));
  ExpectSucceeded(0);
  ExpectStopped(1, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_GATHER_DEADLINE);
}

TEST_F(GatherRunPermitsTest, WhoFindsAPermitFreeIsStartedHoweverLittleTimeThereIs) {
  Limit({.max_in_flight = 1});
  Run(Calls(1));
  Advance(milliseconds(40));
  SucceedAll();
  answers_.clear();
  gathers_ = 0;
  Run(Calls(1), milliseconds(10));
  EXPECT_EQ(started(), (Slots{0, 0}));
  SucceedAll();
}

// refusals: TARGET_LIMIT
TEST_F(GatherRunPermitsTest, OneMoreThanMayWaitIsRejected) {
  Limit({.max_in_flight = 1, .max_queued = 2});
  Run(Calls(4, kCollect) + R"( calls { fallback { response: "instead" } })");
  SucceedAll();
  EXPECT_EQ(started(), (Slots{0, 1, 2}));
  const Outcome& refused = outcome(3);
  EXPECT_EQ(refused.disposition, v1::DISPOSITION_REJECTED);
  EXPECT_EQ(refused.cause, v1::CAUSE_LIMIT);
  EXPECT_EQ(refused.origin, v1::ORIGIN_ORCHESTRATOR);
  EXPECT_EQ(refused.delivery, v1::DELIVERY_NEVER_SENT);
  EXPECT_EQ(refused.status->code(), 8);
  EXPECT_EQ(refused.status->message(),
            "calls[3].target: \"users\" has 1 sub-calls in flight and 2 waiting, which is all that "
            "it may have");
  v1::ErrorInfo info;
  ASSERT_TRUE(info.ParseFromString(refused.status->details(0).value()));
  EXPECT_EQ(info.reason(), "TARGET_LIMIT");
  EXPECT_EQ(info.metadata().at("field"), "calls[3].target");
  EXPECT_EQ(info.metadata().at("index"), "3");
  EXPECT_EQ(info.metadata().at("limit"), "1");
  ExpectSucceeded(4, "instead");
}

TEST_F(GatherRunPermitsTest, OneMoreThanMayWaitDecidesAFailFastGather) {
  Limit({.max_in_flight = 1, .max_queued = 1});
  Run(Calls(3, kFailFast));
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(answer().decision.decided_by(), 2u);
  ExpectStopped(1, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SIBLING_FAILED);
}

// Those that wait for their gather's own limit wait for nothing else: the queue is full for them,
// too.
TEST_F(GatherRunPermitsTest, ATargetWithAFullQueueRejectsAllThatAGatherHasForIt) {
  Limit({.max_in_flight = 1, .max_queued = 1, .unfair = true});
  Run(Calls(2));
  Run(Calls(4, "max_concurrency: 1 policy { mode: MODE_COLLECT }"));
  EXPECT_EQ(answer().summary.rejected(), 4u);
  SucceedAll();
}

// semantics 41
TEST_F(GatherRunPermitsTest, AGatherWhoseReaderIsSlowHoldsUpNobodyElse) {
  Limit({.max_in_flight = 1});
  Run(Calls(1));
  GatherRun* const slow = Stream(Calls(1));
  slow->Pause(true);
  Run(Calls(1));
  SucceedOne();
  SucceedOne();
  EXPECT_EQ(answers_.size(), 2u);
  slow->Pause(false);
  Settle();
  SucceedAll();
}

// semantics 27
TEST_F(GatherRunPermitsTest, WhatRunsOnWithoutItsGatherKeepsItsPermitUntilItEnds) {
  Limit({.max_in_flight = 2});
  Run(Calls(2, "policy { mode: MODE_PROPAGATE }"));
  Fail(0);
  Settle();
  EXPECT_TRUE(answered());
  EXPECT_EQ(permits_->snapshot().held, 1u);
  Succeed(1);
  Settle();
  EXPECT_EQ(permits_->snapshot().held, 0u);
}

TEST_F(GatherRunPermitsTest, DryRunHoldsNobodyBack) {
  Limit({.max_in_flight = 1, .max_queued = 1, .dry_run = true});
  Run(Calls(5));
  EXPECT_EQ(started().size(), 5u);
  EXPECT_EQ(permits_->snapshot().would_wait, 1u);
  EXPECT_EQ(permits_->snapshot().would_refuse, 3u);
  SucceedAll();
}

// semantics 61
TEST_F(GatherRunPermitsTest, ManySubCallsOfATargetWithFewPermitsEndInOrder) {
  Limit({.max_in_flight = 10, .max_queued = 100'000});
  invoker_.SetScript([](FakeAttempt&) { return Reply(""); });
  Run(Calls(20'000));
  EXPECT_EQ(answer().summary.succeeded(), 20'000u);
  EXPECT_EQ(invoker_.most_outstanding(), 10u);
}

// Or whoever asks for large replies would make the limit small for everybody.
TEST_F(GatherRunPermitsTest, AReplyThatWeDropForItsSizeSaysNothingOfTheBackendsLoad) {
  const TargetLimits::Adaptive adaptive{.min_in_flight = 1, .initial_in_flight = 20};
  Limit({.max_in_flight = 20, .adaptive = adaptive});
  invoker_.SetScript([](const FakeAttempt&) {
    AttemptResult dropped = BackendFailure(8, "Received message larger than max (17 vs. 16)");
    dropped.origin = v1::ORIGIN_ORCHESTRATOR;
    dropped.reason = "REPLY_TOO_LARGE";
    return dropped;
  });
  Run(Calls(100, kCollect));
  EXPECT_EQ(permits_->snapshot().permits, 20u);
  invoker_.SetScript([](const FakeAttempt&) { return BackendFailure(8, "too much"); });
  Run(Calls(100, kCollect));
  EXPECT_LT(permits_->snapshot().permits, 20u);
}

// semantics 48
TEST_F(GatherRunPermitsTest, AGroupWhoseAddsExpireInTheQueueDoesNotGrow) {
  Limit({.max_in_flight = 1});
  GatherRun* const group = Open(kCollect);
  Add(group);
  Settle();
  for (int i = 0; i < 1000; ++i) {
    Add(group, "timeout { nanos: 1000000 }");
    Settle();
    Advance(milliseconds(1));
    ASSERT_EQ(permits_->snapshot().waiting, 0u);
  }
  group->Seal();
  SucceedAll();
}

}  // namespace
}  // namespace gather::engine
