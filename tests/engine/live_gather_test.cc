#include "engine/live_gather.h"

#include <chrono>
#include <cstdint>
#include <string>

#include "engine/async/worker.h"
#include "engine/gather_run.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/engine/gather_run_fixture.h"

namespace gather::engine {
namespace {

class LiveGatherTest : public GatherRunTest {};

TEST_F(LiveGatherTest, ShowsWhatWaitsAndWhatRunsAndNotWhatHasEnded) {
  GatherRun* const run = Run(Calls(4, "max_concurrency: 2 label: 'home page'"));
  Succeed(0);
  Settle();
  Advance(milliseconds(7));
  const LiveGather live = run->Describe(/*max_slots=*/2);
  EXPECT_EQ(live.label, "home page");
  EXPECT_EQ(live.mode, v1::MODE_FAIL_FAST);
  EXPECT_EQ(live.verdict, v1::VERDICT_UNSPECIFIED);
  EXPECT_EQ(live.age, milliseconds(7));
  EXPECT_EQ(live.left, std::chrono::hours(1) - milliseconds(7));
  EXPECT_EQ(live.sub_calls, 4u);
  EXPECT_EQ(live.in_flight, 2u);
  EXPECT_EQ(live.queued, 1u);
  ASSERT_EQ(live.slots.size(), 2u);
  EXPECT_EQ(live.slots[0].index, 1u);
  EXPECT_EQ(live.slots[0].target, "users");
  EXPECT_EQ(live.slots[0].method, "/S/M");
  EXPECT_TRUE(live.slots[0].sent);
  EXPECT_EQ(live.slots[1].index, 2u);
  for (std::uint32_t slot : {1, 2}) Succeed(slot);
  Settle();
  Succeed(3);
}

TEST_F(LiveGatherTest, OfAGroupItShowsWhatWasAddedAndThatItHasNoDeadline) {
  GatherRun* const group = Open("");
  Add(group, "id: 'a'");
  Settle();
  const LiveGather live = group->Describe(/*max_slots=*/10);
  EXPECT_EQ(live.kind, RunKind::kGroup);
  EXPECT_EQ(live.left, Duration::max());
  ASSERT_EQ(live.slots.size(), 1u);
  EXPECT_EQ(live.slots[0].id, "a");
  EXPECT_FALSE(group->Seal().has_value());
  Succeed(0);
}

TEST_F(LiveGatherTest, OfAnAnsweredOneItShowsThatSomethingRunsOn) {
  GatherRun* const run = Run(Calls(2, "policy { mode: MODE_PROPAGATE }"));
  Fail(0);
  Settle();
  ASSERT_TRUE(answered());
  const LiveGather live = run->Describe(/*max_slots=*/10);
  EXPECT_TRUE(live.answered);
  EXPECT_EQ(live.verdict, v1::VERDICT_FAILED);
  EXPECT_EQ(live.in_flight, 1u);
  EXPECT_TRUE(live.slots.empty());
  Succeed(1);
}

}  // namespace
}  // namespace gather::engine
