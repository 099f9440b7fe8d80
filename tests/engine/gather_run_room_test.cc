// What runs do where the bytes of buffered replies are bounded.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/gather_run.h"
#include "engine/limits/buffered_bytes.h"
#include "engine/limits/target_limits.h"
#include "engine/limits/target_permits.h"
#include "engine/target.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/engine/gather_run_fixture.h"

namespace gather::engine {
namespace {

using Slots = std::vector<std::uint32_t>;

// Of a target whose replies may have 100 bytes.
class GatherRunRoomTest : public GatherRunTest {
 protected:
  GatherRunRoomTest() {
    Target target;
    target.name = "users";
    target.channel.address = "h:1";
    target.channel.max_reply_bytes = 100;
    targets_ = *TargetTable::FromTargets({std::move(target)}, nullptr);
  }

  void Limit(const BufferLimits& limits) { buffered_ = std::make_shared<BufferedBytes>(limits); }

  void TearDown() override {
    GatherRunTest::TearDown();
    answers_.clear();
    EXPECT_EQ(buffered_->snapshot().bytes, 0u);
  }

  void SucceedAll(const std::string& bytes) {
    while (invoker_.outstanding() > 0) {
      invoker_.Outstanding().front()->Complete(Reply(bytes));
      Settle();
    }
  }
};

TEST_F(GatherRunRoomTest, NoMoreIsStartedThanItsRepliesHaveRoom) {
  Limit({.max_bytes = 250});
  Run(Calls(4));
  EXPECT_EQ(started(), (Slots{0, 1})) << "each may bring 100 bytes";
  Succeed(0, "ten bytes.");
  Settle();
  EXPECT_EQ(started(), (Slots{0, 1, 2})) << "110 bytes and 100 more";
  SucceedAll("ten bytes.");
}

TEST_F(GatherRunRoomTest, OfMethodsThatAreKnownOnlyWhatTheyUsuallyBringIsExpected) {
  Limit({.max_bytes = 500});
  Stream(Calls(20));
  EXPECT_EQ(started().size(), 5u);
  SucceedAll("ten bytes.");
  Stream(Calls(20));
  EXPECT_EQ(started().size(), 40u);
  SucceedAll("ten bytes.");
}

TEST_F(GatherRunRoomTest, AnAnswerKeepsItsRoomUntilItIsSent) {
  Limit({.max_bytes = 1000});
  Run(Calls(2));
  SucceedAll("ten bytes.");
  EXPECT_EQ(buffered_->snapshot().bytes, 20u);
  answers_.front().held = HeldBytes();
  EXPECT_EQ(buffered_->snapshot().bytes, 0u);
}

TEST_F(GatherRunRoomTest, AGatherWaitsUntilAnotherHasMadeRoom) {
  Limit({.max_bytes = 200});
  Run(Calls(2));
  Run(Calls(1, R"(label: "waits")"));
  EXPECT_EQ(started(), (Slots{0, 1, 0})) << "one that is stuck may go beyond the bound";
  Run(Calls(1, R"(label: "waits, too")"));
  EXPECT_EQ(started(), (Slots{0, 1, 0}));
  Succeed(1, "");
  Settle();
  EXPECT_EQ(started(), (Slots{0, 1, 0})) << "300 of 200 bytes, now 200";
  SucceedAll("");
  EXPECT_EQ(answers_.size(), 3u);
}

TEST_F(GatherRunRoomTest, GathersThatKeepAllTheRoomThereIsEndOneAfterTheOther) {
  Limit({.max_bytes = 200});
  const std::string full(100, 'x');
  Run(Calls(4, "max_concurrency: 1"));
  Run(Calls(4, "max_concurrency: 1"));
  for (int i = 0; i < 8; ++i) {
    ASSERT_GE(invoker_.outstanding(), 1u);
    invoker_.Outstanding().front()->Complete(Reply(full));
    Settle();
    for (Answer& answer : answers_) answer.held = HeldBytes();
    Settle();
  }
  EXPECT_EQ(answers_.size(), 2u);
}

TEST_F(GatherRunRoomTest, AGatherHasABoundOfItsOwnAndIsNotStuckAtIt) {
  Limit({.max_bytes_per_gather = 150});
  Run(Calls(3));
  EXPECT_EQ(started(), (Slots{0}));
  Succeed(0, std::string(100, 'x'));
  Settle();
  EXPECT_EQ(started(), (Slots{0, 1})) << "it has nothing else in flight";
  SucceedAll(std::string(100, 'x'));
  EXPECT_EQ(answer().summary.succeeded(), 3u);
}

// semantics 62
TEST_F(GatherRunRoomTest, WhoHasNoRoomHoldsNoPermit) {
  const auto permits = std::make_shared<TargetPermits>(TargetLimits{.max_in_flight = 10});
  targets_.SetPermits("users", permits);
  Limit({.max_bytes = 250});
  Run(Calls(4));
  EXPECT_EQ(started(), (Slots{0, 1}));
  EXPECT_EQ(permits->snapshot().held, 2u);
  EXPECT_EQ(permits->snapshot().waiting, 0u);
  SucceedAll("");
  EXPECT_EQ(started(), (Slots{0, 1, 2, 3}));
  EXPECT_EQ(permits->snapshot().held, 0u);
}

TEST_F(GatherRunRoomTest, AGatherThatIsCancelledWhileItWaitsHoldsUpNobody) {
  Limit({.max_bytes = 200});
  Run(Calls(2));
  Run(Calls(1));
  GatherRun* const waiting = Run(Calls(1));
  Run(Calls(1));
  EXPECT_EQ(started().size(), 3u);
  waiting->Cancel(v1::CAUSE_CALLER);
  Settle();
  SucceedAll("");
  EXPECT_EQ(started().size(), 4u);
  EXPECT_EQ(answers_.size(), 4u);
}

// A group that waits no more, though it stays open.
TEST_F(GatherRunRoomTest, RoomThatAGroupIsToldOfAndHasNoUseForGoesToTheNext) {
  Limit({.max_bytes = 300});
  Run(Calls(3));
  Run(Calls(1));  // beyond the bound
  GatherRun* const group = Open("");
  Add(group);
  Settle();
  group->CancelCall("0");
  Run(Calls(1));
  EXPECT_EQ(started().size(), 4u);
  Succeed(2);
  Settle();
  EXPECT_EQ(started().size(), 4u) << "300 of 300 bytes";
  Succeed(1);
  Settle();
  EXPECT_EQ(started().size(), 5u) << "there is room for one more";
  ASSERT_FALSE(group->Seal());
  SucceedAll("");
}

TEST_F(GatherRunRoomTest, RoomThatAPausedGatherIsToldOfGoesToTheNext) {
  Limit({.max_bytes = 300});
  Run(Calls(3));
  Run(Calls(1));  // beyond the bound
  GatherRun* const paused = Stream(Calls(1));
  paused->Pause(true);
  Run(Calls(1));
  EXPECT_EQ(started().size(), 4u);
  Succeed(2);
  Settle();
  Succeed(1);
  Settle();
  EXPECT_EQ(started().size(), 5u) << "there is room for one more";
  paused->Pause(false);
  Settle();
  SucceedAll("");
  EXPECT_EQ(started().size(), 6u);
}

TEST_F(GatherRunRoomTest, ASubCallThatAsksAgainAndAgainHasWaitedOnce) {
  Limit({.max_bytes = 250});
  Run(Calls(3));
  Run(Calls(1));
  const std::uint64_t waited = buffered_->snapshot().had_to_wait;
  Succeed(1, std::string(90, 'x'));
  Settle();
  EXPECT_EQ(started().size(), 3u);
  EXPECT_EQ(buffered_->snapshot().had_to_wait, waited);
  SucceedAll("");
}

TEST_F(GatherRunRoomTest, AMessageOfAStreamForWhichThereIsNoRoomEndsIt) {
  Limit({.max_bytes = 300});
  Run(Calls(1, kCollect) + " calls { server_streaming: true }");
  invoker_.Find(1)->Bring(std::string(120, 'x'));
  invoker_.Find(1)->Bring(std::string(120, 'x'));
  Settle();
  SucceedAll("");
  ExpectFailed(1, 8);
  EXPECT_NE(outcome(1).status->message().find("all gathers have filled what the server buffers"),
            std::string::npos);
}

TEST_F(GatherRunRoomTest, DryRunHoldsNobodyBack) {
  Limit({.max_bytes_per_gather = 1, .max_bytes = 1, .dry_run = true});
  Run(Calls(4));
  EXPECT_EQ(started().size(), 4u);
  EXPECT_EQ(buffered_->snapshot().would_wait, 4u);
  SucceedAll("");
}

}  // namespace
}  // namespace gather::engine
