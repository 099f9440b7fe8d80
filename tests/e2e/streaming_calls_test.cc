#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gather/gather.h"
#include "tests/e2e/door_test.h"
#include "tests/support/behavior.h"

// Calls to methods that stream their replies.
namespace gather::test {
namespace {

using ::testing::HasSubstr;

using Texts = std::vector<Text>;

class StreamingCallsTest : public DoorTest {
 protected:
  static Call<Texts> StreamOf(const std::string& method) {
    return Call<Texts>("users", Path(method), Text());
  }

  // So many messages, and then the end or nothing more.
  static Behavior Messages(int messages, bool stall = false) {
    Behavior behavior = TextReply("row");
    behavior.messages = messages;
    behavior.stall = stall;
    return behavior;
  }
};
INSTANTIATE_TEST_SUITE_P(Doors, StreamingCallsTest, BothDoors(), DoorName());

// semantics 1
TEST_P(StreamingCallsTest, AllMessagesAreTheReply) {
  Answer("List", Messages(3));
  const auto result = Gather(client(), StreamOf("List"), CallTo("Name", "Ada"));
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(std::get<0>(*result).size(), 3);
  for (const Text& row : std::get<0>(*result)) EXPECT_EQ(row.value(), "row");
  EXPECT_EQ(std::get<1>(*result).value(), "Ada");
}

// semantics 7
TEST_P(StreamingCallsTest, NoMessageAtAllIsASuccess) {
  Answer("List", Messages(0));
  const auto [list] = GatherSettled(client(), StreamOf("List"));
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_TRUE(list->empty());
}

TEST_P(StreamingCallsTest, TenThousandMessagesComeOneAndAll) {
  Answer("List", Messages(10'000));
  const auto [list] = GatherSettled(client(), StreamOf("List"));
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_EQ(list->size(), 10'000);
}

// semantics 7, 22
TEST_P(StreamingCallsTest, WhatEndsInAnErrorHasFailedWhateverCameBefore) {
  Behavior broken = Messages(2);
  broken.code = 15;
  broken.message = "disk";
  Answer("List", broken);
  const auto settled = GatherSettled(client(), StreamOf("List"), StreamOf("List").Optional());
  EXPECT_TRUE(settled.status().ok());
  EXPECT_EQ(settled.get<0>().status(), absl::DataLossError("disk"));
  EXPECT_EQ(settled.get<0>().origin(), Origin::kBackend);
  EXPECT_EQ(settled.get<0>().delivery(), Delivery::kAnswered);
}

// semantics 74
TEST_P(StreamingCallsTest, AFallbackIsOneMessage) {
  Behavior broken = Messages(2);
  broken.code = 15;
  Answer("List", broken);
  const auto [list] = GatherSettled(client(), StreamOf("List").Fallback(MakeText("none")));
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_TRUE(list.from_fallback());
  ASSERT_EQ(list->size(), 1);
  EXPECT_EQ((*list)[0].value(), "none");
}

// semantics 74
TEST_P(StreamingCallsTest, AFallbackStandsInForMessagesThatDoNotParse) {
  Behavior garbage = Reply("\xff");
  garbage.messages = 3;
  Answer("List", garbage);
  const auto [list] = GatherSettled(client(), StreamOf("List").Fallback(MakeText("none")));
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_TRUE(list.from_fallback());
  ASSERT_EQ(list->size(), 1);
  EXPECT_EQ((*list)[0].value(), "none");
}

// semantics 10, 13
TEST_P(StreamingCallsTest, ASiblingsFailureCancelsItInItsMiddle) {
  Answer("List", Messages(2, /*stall=*/true));
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  Options options;
  options.policy = FailFast();
  auto future = AsyncGatherSettled(client(), options, StreamOf("List"), CallTo("Bad"));
  ASSERT_TRUE(backend().WaitForCalls(2));
  Release("Bad");
  const auto settled = future.Get();
  EXPECT_TRUE(absl::IsNotFound(settled.status())) << settled.status();
  EXPECT_EQ(settled.get<0>().disposition(), Disposition::kCancelled);
  EXPECT_EQ(settled.get<0>().cause(), Cause::kSiblingFailed);
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 51
TEST_P(StreamingCallsTest, TheCallersCancelReachesItInItsMiddle) {
  Answer("List", Messages(2, /*stall=*/true));
  auto future = AsyncGather(client(), StreamOf("List"), StreamOf("List"));
  ASSERT_TRUE(backend().WaitForCalls(2));
  future.Cancel();
  EXPECT_TRUE(absl::IsCancelled(future.Get().status()));
  EXPECT_TRUE(backend().WaitForCancels(2));
}

// semantics 66
TEST_P(StreamingCallsTest, ItsOwnDeadlineEndsItInItsMiddle) {
  Answer("List", Messages(2, /*stall=*/true));
  const auto [list] = GatherSettled(client(), StreamOf("List").Timeout(absl::Milliseconds(300)));
  EXPECT_TRUE(absl::IsDeadlineExceeded(list.status())) << list.status();
  EXPECT_EQ(list.disposition(), Disposition::kFailed);
  EXPECT_EQ(list.cause(), Cause::kSubCallDeadline);
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 66: and says what would have been right.
TEST_P(StreamingCallsTest, CalledAsIfItWereUnaryItEndsAtItsDeadline) {
  Answer("List", Messages(1, /*stall=*/true));
  const auto [list] = GatherSettled(client(), CallTo("List").Timeout(absl::Milliseconds(300)));
  EXPECT_TRUE(absl::IsDeadlineExceeded(list.status())) << list.status();
  EXPECT_THAT(std::string(list.status().message()), HasSubstr("server_streaming"));
}

// semantics 31, 34
TEST_P(StreamingCallsTest, TheFirstWholeStreamWins) {
  Answer("Slow", Messages(5, /*stall=*/true));
  Answer("List", Messages(2));
  const auto winner = GatherAny(client(), StreamOf("Slow"), StreamOf("List"));
  ASSERT_TRUE(winner.ok()) << winner.status();
  EXPECT_EQ(winner->index, 1);
  EXPECT_EQ(winner->value.size(), 2);
}

// semantics 38
TEST_P(StreamingCallsTest, AsCompletedGivesEachWhenItsLastMessageIsThere) {
  Hold("Late");
  Answer("Late", Messages(1));
  Answer("List", Messages(2));
  auto rows = AsCompleted(client(), StreamOf("Late"), StreamOf("List"));
  auto next = rows.begin();
  EXPECT_EQ(next->index, 1);
  EXPECT_EQ(next->outcome->size(), 2);
  Release("Late");
  ++next;
  EXPECT_EQ(next->outcome->size(), 1);
}

// semantics 42, 46
TEST_P(StreamingCallsTest, AGroupTakesItAndCancelsIt) {
  Answer("Endless", Messages(3, /*stall=*/true));
  Answer("List", Messages(2));
  TaskGroup group(client());
  const Task<Texts> list = group.Spawn(StreamOf("List"));
  const Task<Texts> endless = group.Spawn(StreamOf("Endless"));
  ASSERT_TRUE(backend().WaitForCalls(2));
  endless.Cancel();
  const absl::Status status = group.Wait();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(list.outcome()->size(), 2);
  EXPECT_EQ(endless.outcome().cause(), Cause::kOwnHandle);
  EXPECT_TRUE(backend().WaitForCancels(1));
}

}  // namespace
}  // namespace gather::test
