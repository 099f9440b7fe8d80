#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gather/gather.h"
#include "tests/e2e/door_test.h"
#include "tests/support/behavior.h"

// What goes in comes out: order, completeness, and nothing sent of what is refused.
namespace gather::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ShapeTest : public DoorTest {};
INSTANTIATE_TEST_SUITE_P(Doors, ShapeTest, BothDoors(), DoorName());

TEST_P(ShapeTest, GivesEachCallItsReply) {
  const absl::StatusOr<std::tuple<Text, Text>> result =
      Gather(client(), CallTo("Name", "Ada"), CallTo("City", "London"));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(std::get<0>(*result).value(), "Ada");
  EXPECT_EQ(std::get<1>(*result).value(), "London");
}

// semantics 1
TEST_P(ShapeTest, RepliesInAnyOrderStandInTheOrderOfTheCalls) {
  Hold("Name");
  auto future = AsyncGather(client(), CallsTo("Name", 5));
  ASSERT_TRUE(backend().WaitForHeld(5));
  for (std::size_t arrival : {3, 0, 4, 2, 1}) backend().ReleaseCall(arrival);
  const auto result = future.Get();
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->size(), 5);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ((*result)[i].value(), absl::StrCat(i));
}

// semantics 1, 61
TEST_P(ShapeTest, AThousandRepliesStandInTheOrderOfTheCalls) {
  const auto result = Gather(client(), CallsTo("Name", 1000));
  ASSERT_TRUE(result.ok()) << result.status();
  for (std::size_t i = 0; i < 1000; ++i) ASSERT_EQ((*result)[i].value(), absl::StrCat(i));
}

// semantics 1
TEST_P(ShapeTest, LargeAndSmallPayloadsReachTheirCalls) {
  std::vector<Call<Text>> calls;
  std::vector<std::string> payloads;
  for (const std::size_t bytes : {20'000, 0, 100, 200'000, 1'023, 1'024, 16'384, 65'536}) {
    payloads.emplace_back(bytes, static_cast<char>('a' + payloads.size()));
    calls.push_back(CallTo("Name", payloads.back()));
  }
  const auto result = Gather(client(), calls);
  ASSERT_TRUE(result.ok()) << result.status();
  for (std::size_t i = 0; i < payloads.size(); ++i) EXPECT_EQ((*result)[i].value(), payloads[i]);
}

// semantics 2
TEST_P(ShapeTest, NoCallsAreSatisfiedAtOnce) {
  EXPECT_TRUE(Gather(client(), std::vector<Call<Text>>()).ok());
  const auto settled = GatherSettled(client(), std::vector<Call<Text>>());
  EXPECT_TRUE(settled.status().ok()) << settled.status();
  EXPECT_EQ(settled.summary().verdict, Verdict::kSatisfied);
  EXPECT_TRUE(settled.empty());
}

// semantics 4
TEST_P(ShapeTest, OneMalformedCallRefusesTheGatherAndNothingIsSent) {
  const auto settled = GatherSettled(client(), CallTo("Name"),
                                     Call<Text>("users", "no-method", Text()), CallTo("Name"));
  EXPECT_TRUE(absl::IsInvalidArgument(settled.status()));
  EXPECT_THAT(settled.status().message(), HasSubstr("calls[1].method"));
  EXPECT_EQ(ReasonOf(settled.status()), "BAD_METHOD");
  EXPECT_EQ(settled.get<0>().disposition(), Disposition::kRejected);
  EXPECT_EQ(settled.get<0>().delivery(), Delivery::kNeverSent);
  EXPECT_EQ(backend().counts().calls, 0);
}

// semantics 4
TEST_P(ShapeTest, ADuplicateIdRefusesTheGather) {
  const auto result = Gather(client(), CallTo("Name").Id("me"), CallTo("Name").Id("me"));
  EXPECT_TRUE(absl::IsInvalidArgument(result.status()));
  EXPECT_EQ(ReasonOf(result.status()), "DUPLICATE_ID");
  EXPECT_EQ(backend().counts().calls, 0);
}

TEST_P(ShapeTest, AnUnknownTargetRefusesAGatherThatItWouldFail) {
  const auto result =
      Gather(client(), CallTo("Name"), Call<Text>("nobody", "/test.Users/Name", Text()));
  EXPECT_TRUE(absl::IsNotFound(result.status()));
  EXPECT_EQ(result.status().message(), "calls[1].target: no target \"nobody\"");
  EXPECT_EQ(ReasonOf(result.status()), "UNKNOWN_TARGET");
  EXPECT_EQ(backend().counts().calls, 0);
}

TEST_P(ShapeTest, AnUnknownTargetIsARejectedSlotWhereOthersMayGoOn) {
  const auto [name, lost] = GatherSettled(client(), CallTo("Name", "Ada"),
                                          Call<Text>("nobody", "/test.Users/Name", Text()));
  EXPECT_TRUE(name.ok()) << name.status();
  EXPECT_EQ(lost.disposition(), Disposition::kRejected);
  EXPECT_EQ(lost.origin(), Origin::kOrchestrator);
  EXPECT_EQ(lost.delivery(), Delivery::kNeverSent);
  EXPECT_EQ(ReasonOf(lost.status()), "UNKNOWN_TARGET");
}

// semantics 5
TEST_P(ShapeTest, WhatBackendsAnswerAfterTheAnswerChangesNothing) {
  Hold("Slow");
  Answer("Bad", Fail(5, "no"));
  Options options;
  options.policy = FailFast();
  const auto settled = GatherSettled(client(), options, CallTo("Slow"), CallTo("Bad"));
  Release("Slow");
  ASSERT_TRUE(backend().WaitForIdle());
  EXPECT_EQ(settled.get<0>().disposition(), Disposition::kCancelled);
  EXPECT_TRUE(Gather(client(), CallTo("Name")).ok());
}

// semantics 6
TEST_P(ShapeTest, EverySlotIsPresentWithADisposition) {
  Answer("Bad", Fail(5, "no"));
  Answer("Slow", Hang());
  Options options;
  options.timeout = absl::Milliseconds(300);
  options.max_concurrency = 3;
  const auto settled =
      GatherSettled(client(), options, CallTo("Name"), CallTo("Bad"), CallTo("Slow"),
                    CallTo("Slow"), CallTo("Slow"), CallTo("Slow"));
  const std::vector<Disposition> dispositions = {
      settled.get<0>().disposition(), settled.get<1>().disposition(),
      settled.get<2>().disposition(), settled.get<3>().disposition(),
      settled.get<4>().disposition(), settled.get<5>().disposition()};
  EXPECT_THAT(dispositions, ElementsAre(Disposition::kSucceeded, Disposition::kFailed,
                                        Disposition::kCancelled, Disposition::kCancelled,
                                        Disposition::kCancelled, Disposition::kNotStarted));
  EXPECT_EQ(settled.get<5>().index(), 5);
  EXPECT_EQ(settled.get<5>().id(), "5");
}

// semantics 7
TEST_P(ShapeTest, OkWithoutAMessageIsAFailureAndAnEmptyReplyASuccess) {
  Answer("Nothing", NoMessage());
  Answer("Empty", Reply(""));
  const auto [nothing, empty] = GatherSettled(client(), CallTo("Nothing"), CallTo("Empty"));
  EXPECT_EQ(nothing.disposition(), Disposition::kFailed);
  EXPECT_TRUE(absl::IsInternal(nothing.status())) << nothing.status();
  EXPECT_EQ(ReasonOf(nothing.status()), "BACKEND_PROTOCOL");
  ASSERT_TRUE(empty.ok()) << empty.status();
  EXPECT_EQ(empty->value(), "");
}

// semantics 7
TEST_P(ShapeTest, AReplyThatDoesNotParseFailsTheGather) {
  Answer("Garbage", Reply("\xff"));
  const auto result = Gather(client(), CallTo("Name"), CallTo("Garbage").Id("g"));
  EXPECT_TRUE(absl::IsInternal(result.status())) << result.status();
  EXPECT_THAT(result.status().message(), HasSubstr("sub-call 1 \"g\" (users /test.Users/Garbage)"));
  const Failures failures = Failures::From(result.status());
  ASSERT_EQ(failures.size(), 1);
  EXPECT_EQ(failures.first()->origin, Origin::kOrchestrator);
  EXPECT_EQ(failures.first()->delivery, Delivery::kAnswered);
}

// semantics 9
TEST_P(ShapeTest, CallsStartInTheOrderOfTheRequest) {
  Options options;
  options.max_concurrency = 1;
  ASSERT_TRUE(Gather(client(), options, CallsTo("Name", 6)).ok());
  EXPECT_THAT(RequestsSeen(), ElementsAre("0", "1", "2", "3", "4", "5"));
}

TEST_P(ShapeTest, TheCallersIdsStandInTheOutcomes) {
  const auto [me, other] = GatherSettled(client(), CallTo("Name").Id("me"), CallTo("Name"));
  EXPECT_EQ(me.id(), "me");
  EXPECT_EQ(other.id(), "1");
}

TEST_P(ShapeTest, TheSummaryCountsAndNamesTheGather) {
  Answer("Bad", Fail(5, "no"));
  const Summary summary = GatherSettled(client(), CallTo("Name"), CallTo("Bad")).summary();
  EXPECT_EQ(summary.gather_id.size(), 32);
  EXPECT_EQ(summary.succeeded, 1);
  EXPECT_EQ(summary.failed, 1);
  EXPECT_EQ(summary.verdict, Verdict::kSatisfied);
  EXPECT_GT(summary.elapsed, absl::ZeroDuration());
}

TEST_P(ShapeTest, MoreCallsThanTheMaximumAreRefused) {
  const auto result = Gather(client(), CallsTo("Name", 10'001));
  EXPECT_TRUE(absl::IsInvalidArgument(result.status()));
  EXPECT_EQ(ReasonOf(result.status()), "TOO_MANY_CALLS");
  EXPECT_EQ(backend().counts().calls, 0);
}

}  // namespace
}  // namespace gather::test
