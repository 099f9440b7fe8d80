#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "gather/gather.h"
#include "gather/v1/gather.pb.h"
#include "tests/e2e/door_test.h"
#include "tests/support/behavior.h"

// OPTIONAL and REQUIRED calls, in every mode.
namespace gather::test {
namespace {

std::vector<Policy> ThoseThatTakeAll() { return {FailFast(), Collect(), Collect(0), Propagate()}; }
std::vector<Policy> ThoseThatTakeSome() { return {Any(), Race(), Quorum(1)}; }
std::vector<Policy> EveryPolicy() {
  return {FailFast(), Collect(), Collect(0), Propagate(), Any(), Race(), Quorum(1)};
}

class RequirementsTest : public DoorTest {
 protected:
  // Each with its own gather and nothing left over from the one before.
  void ForEach(const std::vector<Policy>& policies,
               const std::function<void(const Options&)>& test) {
    for (const Policy& policy : policies) {
      SCOPED_TRACE(v1::Mode_Name(policy.mode()));
      ended_before_ = backend().counts().calls;
      Options options;
      options.policy = policy;
      test(options);
      if (HasFatalFailure()) return;
      ASSERT_TRUE(backend().WaitForIdle());
    }
  }

  // So many of this gather's calls are at the backend.
  bool WaitForCallsHere(std::size_t count) { return backend().WaitForCalls(ended_before_ + count); }

  // So many of them have ended, and the engine knows.
  bool WaitForEndsHere(std::size_t count) { return WaitForAnswers(ended_before_ + count); }

 private:
  std::size_t ended_before_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Doors, RequirementsTest, BothDoors(), DoorName());

// semantics 36
TEST_P(RequirementsTest, AnOptionalCallsFailureFailsNothing) {
  Answer("Bad", Fail(5, "no such ad"));
  ForEach(EveryPolicy(), [&](const Options& options) {
    Hold("Name");
    auto future =
        AsyncGatherSettled(client(), options, CallTo("Bad").Optional(), CallTo("Name", "Ada"));
    ASSERT_TRUE(WaitForEndsHere(1));
    Release("Name");
    const auto settled = future.Get();
    EXPECT_TRUE(settled.status().ok()) << settled.status();
    EXPECT_EQ(settled.get<0>().status(), absl::NotFoundError("no such ad"));
    ASSERT_TRUE(settled.get<1>().ok()) << settled.get<1>().status();
  });
}

// semantics 36
TEST_P(RequirementsTest, AnOptionalCallsSuccessSatisfiesNothing) {
  Answer("Bad", Fail(5, "no such user"));
  ForEach(ThoseThatTakeSome(), [&](const Options& options) {
    Hold("Bad");
    auto future =
        AsyncGatherSettled(client(), options, CallTo("Ad", "buy").Optional(), CallTo("Bad"));
    ASSERT_TRUE(WaitForEndsHere(1));
    Release("Bad");
    const auto settled = future.Get();
    EXPECT_TRUE(absl::IsNotFound(settled.status())) << settled.status();
    EXPECT_EQ(settled.summary().decided_by, 1);
    EXPECT_TRUE(settled.get<0>().ok());
  });
}

// semantics 36
TEST_P(RequirementsTest, AnyRaceAndQuorumDoNotWaitForAnOptionalCall) {
  Answer("Slow", Hang());
  ForEach(ThoseThatTakeSome(), [&](const Options& options) {
    const std::size_t cancelled = backend().counts().cancelled;
    Hold("Name");
    auto future =
        AsyncGatherSettled(client(), options, CallTo("Slow").Optional(), CallTo("Name", "Ada"));
    ASSERT_TRUE(WaitForCallsHere(2));
    Release("Name");
    const auto settled = future.Get();
    EXPECT_TRUE(settled.status().ok()) << settled.status();
    EXPECT_EQ(settled.summary().decided_by, 1);
    EXPECT_EQ(settled.get<0>().cause(), Cause::kDecided);
    EXPECT_TRUE(backend().WaitForCancels(cancelled + 1));
  });
}

// semantics 36
TEST_P(RequirementsTest, TheOthersWaitForAnOptionalCall) {
  ForEach(ThoseThatTakeAll(), [&](const Options& options) {
    Hold("Ad");
    auto future =
        AsyncGatherSettled(client(), options, CallTo("Ad", "buy").Optional(), CallTo("Name"));
    ASSERT_TRUE(WaitForEndsHere(1));
    Release("Ad");
    const auto settled = future.Get();
    EXPECT_TRUE(settled.status().ok()) << settled.status();
    EXPECT_EQ(settled.summary().decided_by, 0);
    EXPECT_TRUE(settled.get<0>().ok()) << settled.get<0>().status();
  });
}

// semantics 35, 36
TEST_P(RequirementsTest, ARequiredCallsFailureFailsEveryMode) {
  Answer("Bad", Fail(5, "no such user"));
  ForEach(EveryPolicy(), [&](const Options& options) {
    Hold("Slow");
    Hold("Bad");
    auto future =
        AsyncGatherSettled(client(), options, CallTo("Slow"), CallTo("Bad").Id("user").Required());
    ASSERT_TRUE(WaitForCallsHere(2));
    Release("Bad");
    const auto settled = future.Get();
    EXPECT_TRUE(absl::IsNotFound(settled.status())) << settled.status();
    EXPECT_EQ(settled.summary().verdict, Verdict::kFailed);
    EXPECT_EQ(settled.summary().decided_by, 1);
    const bool detaches = options.policy == Propagate();
    EXPECT_EQ(settled.get<0>().disposition(),
              detaches ? Disposition::kDetached : Disposition::kCancelled);
    EXPECT_EQ(settled.get<0>().cause(), detaches ? Cause::kUnspecified : Cause::kSiblingFailed);
    Release("Slow");
  });
}

// semantics 35, 36: PROPAGATE drops what was queued, also when it was a REQUIRED that failed.
TEST_P(RequirementsTest, ARequiredCallsFailureLeavesTheQueuedUnsent) {
  Answer("Bad", Fail(5, "no such user"));
  ForEach(EveryPolicy(), [&](Options options) {
    options.max_concurrency = 1;
    const auto settled = GatherSettled(client(), options, CallTo("Bad").Required(), CallTo("Name"));
    EXPECT_TRUE(absl::IsNotFound(settled.status())) << settled.status();
    EXPECT_EQ(settled.get<1>().disposition(), Disposition::kNotStarted);
    EXPECT_EQ(settled.get<1>().cause(), Cause::kSiblingFailed);
    EXPECT_EQ(settled.get<1>().caused_by(), 0);
  });
}

// semantics 36
TEST_P(RequirementsTest, ARequiredCallThatIsOpenHoldsUpAllButRace) {
  ForEach({FailFast(), Collect(), Propagate(), Any(), Quorum(1)}, [&](const Options& options) {
    Hold("User");
    auto future = AsyncGatherSettled(client(), options, CallTo("Name", "Ada"),
                                     CallTo("User", "me").Required());
    ASSERT_TRUE(WaitForEndsHere(1));
    Release("User");
    const auto settled = future.Get();
    EXPECT_TRUE(settled.status().ok()) << settled.status();
    EXPECT_EQ(settled.summary().decided_by, 1);
    ASSERT_TRUE(settled.get<1>().ok()) << settled.get<1>().status();
    EXPECT_EQ(settled.get<1>()->value(), "me");
  });
}

// semantics 36
TEST_P(RequirementsTest, ARaceDoesNotWaitForARequiredCall) {
  Answer("Slow", Hang());
  Hold("Name");
  Options options;
  options.policy = Race();
  auto future = AsyncGatherSettled(client(), options, CallTo("Slow").Required(), CallTo("Name"));
  ASSERT_TRUE(backend().WaitForCalls(2));
  Release("Name");
  const auto settled = future.Get();
  EXPECT_TRUE(settled.status().ok()) << settled.status();
  EXPECT_EQ(settled.summary().decided_by, 1);
  EXPECT_EQ(settled.get<0>().cause(), Cause::kDecided);
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 36
TEST_P(RequirementsTest, ARequiredFailureAfterEnoughSuccessesStillFails) {
  Answer("Bad", Fail(5, "no such user"));
  ForEach({Any(), Quorum(1), Collect()}, [&](const Options& options) {
    Hold("Bad");
    auto future =
        AsyncGatherSettled(client(), options, CallTo("Name", "Ada"), CallTo("Bad").Required());
    ASSERT_TRUE(WaitForEndsHere(1));
    Release("Bad");
    const auto settled = future.Get();
    EXPECT_TRUE(absl::IsNotFound(settled.status())) << settled.status();
    EXPECT_TRUE(settled.get<0>().ok());
  });
}

// semantics 34, 36: "a, and any one of b and c".
TEST_P(RequirementsTest, AQuorumWithARequiredCallIsDecidedAtTheFirstPossibleMoment) {
  Options options;
  options.policy = Quorum(2);
  Hold("A");
  auto late =
      AsyncGatherSettled(client(), options, CallTo("A").Required(), CallTo("B"), CallTo("C"));
  ASSERT_TRUE(backend().WaitForHeld(1));
  ASSERT_TRUE(WaitForAnswers(2));  // b and c are no quorum without a
  EXPECT_EQ(backend().counts().cancelled, 0);
  Release("A");
  EXPECT_EQ(late.Get().summary().decided_by, 0);

  Hold("B");
  Answer("C", Hang());
  auto early =
      AsyncGatherSettled(client(), options, CallTo("A").Required(), CallTo("B"), CallTo("C"));
  ASSERT_TRUE(backend().WaitForCalls(6));
  Release("B");
  const auto settled = early.Get();
  EXPECT_TRUE(settled.status().ok()) << settled.status();
  EXPECT_EQ(settled.get<2>().cause(), Cause::kDecided);
  EXPECT_TRUE(backend().WaitForCancels(1));
}

}  // namespace
}  // namespace gather::test
