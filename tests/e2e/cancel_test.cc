#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gather/gather.h"
#include "tests/e2e/door_test.h"
#include "tests/support/behavior.h"

// The caller changes its mind.
namespace gather::test {
namespace {

class CancelTest : public DoorTest {};
INSTANTIATE_TEST_SUITE_P(Doors, CancelTest, BothDoors(), DoorName());

// semantics 51
TEST_P(CancelTest, EveryBackendCallSeesTheCancel) {
  Answer("Slow", Hang());
  auto future = AsyncGather(client(), CallsTo("Slow", 100));
  ASSERT_TRUE(backend().WaitForCalls(100));
  future.Cancel();
  EXPECT_TRUE(absl::IsCancelled(future.Get().status()));
  EXPECT_TRUE(backend().WaitForCancels(100));
}

// semantics 51
TEST_P(CancelTest, AnAbandonedFutureCancels) {
  Answer("Slow", Hang());
  {
    auto future = AsyncGather(client(), CallsTo("Slow", 10));
    ASSERT_TRUE(backend().WaitForCalls(10));
  }
  EXPECT_TRUE(backend().WaitForCancels(10));
}

// semantics 51
TEST_P(CancelTest, TheEndOfTheClientCancels) {
  Answer("Slow", Hang());
  absl::Status status;
  AsyncGather(client(), CallsTo("Slow", 10)).Then([&](const auto& result) {
    status = result.status();
  });
  ASSERT_TRUE(backend().WaitForCalls(10));
  EndClient();
  EXPECT_TRUE(absl::IsCancelled(status)) << status;
  EXPECT_TRUE(backend().WaitForCancels(10));
}

// semantics 51, 55: that was the caller, not the way to the engine.
TEST_P(CancelTest, TheEndOfTheClientIsTheCallersCancelInEverySlot) {
  Answer("Slow", Hang());
  auto future = AsyncGatherSettled(client(), CallsTo("Slow", 3));
  ASSERT_TRUE(backend().WaitForCalls(3));
  EndClient();
  const auto settled = future.Get();
  EXPECT_TRUE(absl::IsCancelled(settled.status())) << settled.status();
  for (const Outcome<Text>& outcome : settled) {
    EXPECT_EQ(outcome.disposition(), Disposition::kCancelled);
    EXPECT_EQ(outcome.cause(), Cause::kCaller);
    EXPECT_EQ(outcome.delivery(), Delivery::kEffectUnknown);
  }
}

// semantics 51
TEST_P(CancelTest, AStopTokenCancels) {
  Answer("Slow", Hang());
  std::stop_source stop;
  Options options;
  options.cancellation = stop.get_token();
  auto future = AsyncGather(client(), options, CallTo("Slow"));
  ASSERT_TRUE(backend().WaitForCalls(1));
  stop.request_stop();
  EXPECT_TRUE(absl::IsCancelled(future.Get().status()));
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 18, 51
TEST_P(CancelTest, WhatWasQueuedIsNeverSent) {
  Answer("Slow", Hang());
  Options options;
  options.max_concurrency = 2;
  auto future = AsyncGather(client(), options, CallsTo("Slow", 10));
  ASSERT_TRUE(backend().WaitForCalls(2));
  future.Cancel();
  EXPECT_TRUE(absl::IsCancelled(future.Get().status()));
  ASSERT_TRUE(backend().WaitForCancels(2));
  EXPECT_EQ(backend().counts().calls, 2);
}

// semantics 52
TEST_P(CancelTest, ItMayBeRepeatedAndComeAfterTheEnd) {
  auto ended = AsyncGather(client(), CallTo("Name", "Ada"));
  const auto result = ended.Get();
  ended.Cancel();
  ended.Cancel();
  ASSERT_TRUE(result.ok()) << result.status();

  Answer("Slow", Hang());
  auto running = AsyncGather(client(), CallTo("Slow"));
  ASSERT_TRUE(backend().WaitForCalls(2));
  for (int i = 0; i < 3; ++i) running.Cancel();
  EXPECT_TRUE(absl::IsCancelled(running.Get().status()));
}

// semantics 52
TEST_P(CancelTest, ItMayComeBeforeAnythingHasStarted) {
  for (int i = 0; i < 50; ++i) {
    auto future = AsyncGather(client(), CallsTo("Name", 3));
    future.Cancel();
    const auto result = future.Get();
    EXPECT_TRUE(result.ok() || absl::IsCancelled(result.status())) << result.status();
  }
  EXPECT_TRUE(backend().WaitForIdle());
}

// semantics 53
TEST_P(CancelTest, BeforeTheStartNothingIsSent) {
  std::stop_source stop;
  stop.request_stop();
  Options options;
  options.cancellation = stop.get_token();
  const auto settled = GatherSettled(client(), options, CallTo("Name"));
  EXPECT_TRUE(absl::IsCancelled(settled.status()));
  EXPECT_EQ(settled.get<0>().disposition(), Disposition::kNotStarted);
  EXPECT_EQ(settled.get<0>().cause(), Cause::kCaller);
  ASSERT_TRUE(Gather(client(), CallTo("City")).ok());
  EXPECT_EQ(MethodsSeen(), std::vector<std::string>{"City"});
}

// semantics 54
TEST_P(CancelTest, ARealStatusIsNotReplacedByALaterCancel) {
  Answer("Bad", Fail(5, "no such user"));
  Answer("Slow", Hang());
  std::stop_source stop;
  Options options;
  options.cancellation = stop.get_token();
  std::promise<absl::Status> status;
  auto future = AsyncGather(client(), options, CallTo("Bad"), CallTo("Slow"));
  future.Then([&](const auto& result) {
    stop.request_stop();
    status.set_value(result.status());
  });
  EXPECT_TRUE(absl::IsNotFound(status.get_future().get()));
  future.Cancel();
}

// semantics 55
TEST_P(CancelTest, EveryCancelledSlotNamesItsCause) {
  Answer("Slow", Hang());
  Options options;
  options.max_concurrency = 2;
  auto future = AsyncGatherSettled(client(), options, CallsTo("Slow", 5));
  ASSERT_TRUE(backend().WaitForCalls(2));
  future.Cancel();
  for (const Outcome<Text>& outcome : future.Get()) {
    EXPECT_EQ(outcome.cause(), Cause::kCaller);
    EXPECT_EQ(outcome.delivery(), Delivery::kEffectUnknown);
  }
}

// semantics 5
TEST_P(CancelTest, OneGathersCancelLeavesOthersAlone) {
  Hold("Name");
  auto kept = AsyncGather(client(), CallTo("Name", "Ada"));
  auto cancelled = AsyncGather(client(), CallTo("Name"));
  ASSERT_TRUE(backend().WaitForHeld(2));
  cancelled.Cancel();
  EXPECT_TRUE(absl::IsCancelled(cancelled.Get().status()));
  Release("Name");
  const auto result = kept.Get();
  ASSERT_TRUE(result.ok()) << result.status();
}

}  // namespace
}  // namespace gather::test
