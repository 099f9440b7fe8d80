#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <tuple>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gather/gather.h"
#include "gather/v1/gather.pb.h"
#include "tests/e2e/door_test.h"
#include "tests/support/behavior.h"
#include "tests/support/call_ledger.h"

// A shielded call that was started outlives whatever ends its gather.
namespace gather::test {
namespace {

using std::chrono::seconds;

class ShieldTest : public DoorTest {
 protected:
  static Options With(const Policy& policy) {
    Options options;
    options.policy = policy;
    return options;
  }

  // Lets what was shielded end, and says whether the backend saw only `cancels` of all calls
  // cancelled.
  void ExpectUntouched(const std::string& method, std::size_t cancels) {
    ASSERT_TRUE(backend().WaitForCancels(cancels));
    Release(method);
    EXPECT_TRUE(backend().WaitForIdle());
    EXPECT_EQ(backend().counts().cancelled, cancels);
  }

  template <typename Reply>
  static void ExpectDetached(const Outcome<Reply>& outcome) {
    EXPECT_EQ(outcome.disposition(), Disposition::kDetached);
    EXPECT_EQ(outcome.cause(), Cause::kUnspecified);
    EXPECT_EQ(outcome.delivery(), Delivery::kEffectUnknown);
  }

  // What the backend was given for a call of a gather that has 20 s.
  std::optional<std::chrono::nanoseconds> LeftAtTheBackend(const Call<Text>& call) {
    Options options;
    options.timeout = absl::Seconds(20);
    EXPECT_TRUE(Gather(client(), options, call).ok());
    return backend().records().back().call.deadline_left;
  }
};
INSTANTIATE_TEST_SUITE_P(Doors, ShieldTest, BothDoors(), DoorName());

// semantics 11, 56
TEST_P(ShieldTest, AFailureCancelsTheOthersAndLeavesItRunning) {
  Hold("Pay");
  Hold("Bad");
  Answer("Slow", Hang());
  Answer("Bad", Fail(5, "no such user"));
  auto future = AsyncGatherSettled(client(), With(FailFast()), CallTo("Pay").Shielded(),
                                   CallTo("Slow"), CallTo("Bad"));
  ASSERT_TRUE(backend().WaitForCalls(3));
  Release("Bad");
  const auto settled = future.Get();
  EXPECT_TRUE(absl::IsNotFound(settled.status())) << settled.status();
  EXPECT_EQ(settled.summary().detached, 1);
  ExpectDetached(settled.get<0>());
  EXPECT_EQ(settled.get<1>().disposition(), Disposition::kCancelled);
  ExpectUntouched("Pay", 1);
}

// semantics 56
TEST_P(ShieldTest, ItOutlivesTheDecisionInEveryMode) {
  for (const Policy& policy : {FailFast(), Collect(0), Propagate(), Race(), Quorum(2)}) {
    SCOPED_TRACE(v1::Mode_Name(policy.mode()));
    const std::size_t before = backend().counts().calls;
    Hold("Pay");
    Hold("Bad");
    Answer("Bad", Fail(5, "no such user"));
    auto future =
        AsyncGatherSettled(client(), With(policy), CallTo("Pay").Shielded(), CallTo("Bad"));
    ASSERT_TRUE(backend().WaitForCalls(before + 2));
    Release("Bad");
    const auto settled = future.Get();
    EXPECT_TRUE(absl::IsNotFound(settled.status())) << settled.status();
    ExpectDetached(settled.get<0>());
    ExpectUntouched("Pay", 0);
  }
}

// semantics 31, 56
TEST_P(ShieldTest, ASuccessThatDecidesLeavesItRunning) {
  Hold("Pay");
  auto future =
      AsyncGatherSettled(client(), With(Any()), CallTo("Pay").Shielded(), CallTo("Name", "Ada"));
  const auto settled = future.Get();
  EXPECT_TRUE(settled.status().ok()) << settled.status();
  EXPECT_EQ(settled.summary().decided_by, 1);
  ExpectDetached(settled.get<0>());
  ASSERT_TRUE(backend().WaitForHeld(1));
  ExpectUntouched("Pay", 0);
}

// semantics 56
TEST_P(ShieldTest, TheCallersCancelIsAnsweredAtOnceAndLeavesItRunning) {
  Hold("Pay");
  Answer("Slow", Hang());
  auto future = AsyncGatherSettled(client(), CallTo("Pay").Shielded(), CallTo("Slow"));
  ASSERT_TRUE(backend().WaitForCalls(2));
  future.Cancel();
  const auto settled = future.Get();
  EXPECT_TRUE(absl::IsCancelled(settled.status())) << settled.status();
  ExpectDetached(settled.get<0>());
  EXPECT_EQ(settled.get<1>().disposition(), Disposition::kCancelled);
  ExpectUntouched("Pay", 1);
}

// semantics 56
TEST_P(ShieldTest, AnAbandonedFutureLeavesItRunning) {
  Hold("Pay");
  Answer("Slow", Hang());
  {
    auto future = AsyncGather(client(), CallTo("Pay").Shielded(), CallTo("Slow"));
    ASSERT_TRUE(backend().WaitForCalls(2));
  }
  ExpectUntouched("Pay", 1);
}

// semantics 56, 67
TEST_P(ShieldTest, TheGathersDeadlineIsAnsweredAndLeavesItRunning) {
  Hold("Pay");
  Answer("Slow", Hang());
  Options options;
  options.timeout = absl::Milliseconds(300);
  const auto settled = GatherSettled(client(), options, CallTo("Pay").Shielded(), CallTo("Slow"));
  EXPECT_TRUE(absl::IsDeadlineExceeded(settled.status())) << settled.status();
  ExpectDetached(settled.get<0>());
  EXPECT_EQ(settled.get<1>().disposition(), Disposition::kCancelled);
  EXPECT_EQ(settled.get<1>().cause(), Cause::kGatherDeadline);
  ExpectUntouched("Pay", 1);
}

// semantics 56
TEST_P(ShieldTest, ItIsSentWithItsOwnTimeAndNotWithTheGathers) {
  EXPECT_LE(LeftAtTheBackend(CallTo("Pay")), seconds(21));
  EXPECT_GT(LeftAtTheBackend(CallTo("Pay").Timeout(absl::Seconds(50)).Shielded()), seconds(30));
  EXPECT_LE(LeftAtTheBackend(CallTo("Pay").Timeout(absl::Seconds(50)).Shielded()), seconds(51));
  EXPECT_GT(LeftAtTheBackend(CallTo("Pay").Shielded()), seconds(40));
  EXPECT_LE(LeftAtTheBackend(CallTo("Pay").Timeout(absl::Hours(1)).Shielded()), seconds(61));
}

// semantics 29, 56
TEST_P(ShieldTest, ItsOwnTimeoutEndsIt) {
  Answer("Pay", Hang());
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  auto future =
      AsyncGatherSettled(client(), With(FailFast()),
                         CallTo("Pay").Shielded().Timeout(absl::Milliseconds(1500)), CallTo("Bad"));
  ASSERT_TRUE(backend().WaitForCalls(2));
  Release("Bad");
  ExpectDetached(future.Get().get<0>());
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 56
TEST_P(ShieldTest, WhileItIsQueuedItIsNotProtected) {
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  Options options = With(FailFast());
  options.max_concurrency = 1;
  auto future = AsyncGatherSettled(client(), options, CallTo("Bad"), CallTo("Pay").Shielded());
  ASSERT_TRUE(backend().WaitForHeld(1));
  Release("Bad");
  const auto settled = future.Get();
  EXPECT_EQ(settled.get<1>().disposition(), Disposition::kNotStarted);
  EXPECT_EQ(settled.get<1>().cause(), Cause::kSiblingFailed);
  ASSERT_TRUE(WaitForAnswers(1));
  EXPECT_EQ(backend().counts().calls, 1);
}

// semantics 10, 56
TEST_P(ShieldTest, WhenItEndsInTimeItCountsLikeAnyOther) {
  const auto paid = Gather(client(), CallTo("Pay", "paid").Shielded(), CallTo("Name"));
  ASSERT_TRUE(paid.ok()) << paid.status();
  EXPECT_EQ(std::get<0>(*paid).value(), "paid");
  Hold("Bad");
  Answer("Bad", Fail(5, "no such account"));
  Answer("Slow", Hang());
  auto future = AsyncGather(client(), CallTo("Bad").Shielded(), CallTo("Slow"));
  ASSERT_TRUE(backend().WaitForCalls(4));
  Release("Bad");
  EXPECT_TRUE(absl::IsNotFound(future.Get().status()));
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 22, 56: a gather that waits for all waits for it, too.
TEST_P(ShieldTest, WithoutADecisionItIsWaitedFor) {
  Hold("Pay");
  auto future = AsyncGatherSettled(client(), CallTo("Pay", "paid").Shielded(), CallTo("Name"));
  ASSERT_TRUE(backend().WaitForHeld(1));
  ASSERT_TRUE(WaitForAnswers(1));
  Release("Pay");
  const auto settled = future.Get();
  ASSERT_TRUE(settled.get<0>().ok()) << settled.get<0>().status();
  EXPECT_EQ(settled.get<0>()->value(), "paid");
}

}  // namespace
}  // namespace gather::test
