#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gather/gather.h"
#include "tests/e2e/door_test.h"
#include "tests/support/behavior.h"

// Whose time was up, and what is kept of what had finished.
namespace gather::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A deadline goes over the wire as a number of at most eight digits, rounded up.
constexpr milliseconds AsSent(milliseconds deadline) { return deadline + deadline / 100; }

class DeadlinesTest : public DoorTest {
 protected:
  static Options TimeoutOf(absl::Duration timeout) {
    Options options;
    options.timeout = timeout;
    return options;
  }
  static Options DeadlineIn(milliseconds left) {
    Options options;
    options.deadline = std::chrono::steady_clock::now() + left;
    return options;
  }

  // What the backend was given for a call of this gather.
  std::optional<std::chrono::nanoseconds> LeftAtTheBackend(const Options& options,
                                                           const Call<Text>& call) {
    const auto settled = GatherSettled(client(), options, call);
    EXPECT_TRUE(settled.template get<0>().ok()) << settled.template get<0>().status();
    return backend().records().back().call.deadline_left;
  }
};
INSTANTIATE_TEST_SUITE_P(Doors, DeadlinesTest, BothDoors(), DoorName());

// semantics 63
TEST_P(DeadlinesTest, TheEarliestCountsAndIsSentOn) {
  const auto own =
      LeftAtTheBackend(TimeoutOf(absl::Seconds(60)), CallTo("Name").Timeout(absl::Seconds(40)));
  ASSERT_TRUE(own.has_value());
  EXPECT_LE(*own, AsSent(seconds(40)));
  EXPECT_GT(*own, seconds(20));
  const auto gathers =
      LeftAtTheBackend(TimeoutOf(absl::Seconds(40)), CallTo("Name").Timeout(absl::Seconds(60)));
  EXPECT_LE(*gathers, AsSent(seconds(40)));
  const auto callers =
      LeftAtTheBackend(DeadlineIn(seconds(40)), CallTo("Name").Timeout(absl::Seconds(60)));
  EXPECT_LE(*callers, AsSent(seconds(40)));
  EXPECT_GT(*callers, seconds(20));
}

// semantics 63
TEST_P(DeadlinesTest, TheDefaultAndTheMaximumAreTheServers) {
  const auto by_default = LeftAtTheBackend(Options(), CallTo("Name"));
  ASSERT_TRUE(by_default.has_value());
  EXPECT_LE(*by_default, AsSent(seconds(30)));
  const auto at_most = LeftAtTheBackend(TimeoutOf(absl::Hours(5)), CallTo("Name"));
  EXPECT_LE(*at_most, AsSent(std::chrono::hours(1)));
  EXPECT_GT(*at_most, std::chrono::minutes(50));
}

// semantics 64
TEST_P(DeadlinesTest, ADeadlineThatHasPassedSendsNothing) {
  const auto settled = GatherSettled(client(), DeadlineIn(seconds(-1)), CallTo("Name"));
  EXPECT_TRUE(absl::IsDeadlineExceeded(settled.status()));
  EXPECT_EQ(ReasonOf(settled.status()), "NO_TIME");
  EXPECT_EQ(settled.get<0>().delivery(), Delivery::kNeverSent);
  EXPECT_EQ(backend().counts().calls, 0);
}

// semantics 65
TEST_P(DeadlinesTest, AResultThatIsThereInTimeStands) {
  for (int i = 0; i < 20; ++i) {
    const auto settled = GatherSettled(client(), CallTo("Name", "Ada").Timeout(absl::Seconds(5)));
    ASSERT_TRUE(settled.get<0>().ok()) << settled.get<0>().status();
  }
}

// semantics 66
TEST_P(DeadlinesTest, ACallsOwnExpiryIsAFailureWithItsCause) {
  Answer("Slow", Hang());
  const auto settled = GatherSettled(client(), CallTo("Slow").Timeout(absl::Milliseconds(50)),
                                     CallTo("Name", "Ada"));
  EXPECT_TRUE(settled.status().ok()) << settled.status();
  const Outcome<Text>& expired = settled.get<0>();
  EXPECT_EQ(expired.disposition(), Disposition::kFailed);
  EXPECT_TRUE(absl::IsDeadlineExceeded(expired.status()));
  EXPECT_EQ(expired.cause(), Cause::kSubCallDeadline);
  EXPECT_EQ(expired.origin(), Origin::kOrchestrator);
  EXPECT_EQ(expired.delivery(), Delivery::kEffectUnknown);
  EXPECT_TRUE(settled.get<1>().ok());
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 66
TEST_P(DeadlinesTest, ABackendsOwnDeadlineExceededIsTheBackends) {
  Answer("Bad", Fail(4, "my own backend was slow"));
  const auto [call] = GatherSettled(client(), CallTo("Bad").Timeout(absl::Seconds(30)));
  EXPECT_EQ(call.status(), absl::DeadlineExceededError("my own backend was slow"));
  EXPECT_EQ(call.cause(), Cause::kUnspecified);
  EXPECT_EQ(call.origin(), Origin::kBackend);
  EXPECT_EQ(call.delivery(), Delivery::kAnswered);
}

// semantics 55, 66, 67
TEST_P(DeadlinesTest, TheGathersExpiryKeepsWhatHadFinished) {
  Answer("Slow", Hang());
  const auto settled = GatherSettled(client(), TimeoutOf(absl::Milliseconds(200)),
                                     CallTo("Name", "Ada"), CallTo("Slow"));
  EXPECT_TRUE(absl::IsDeadlineExceeded(settled.status())) << settled.status();
  EXPECT_EQ(ReasonOf(settled.status()), "GATHER_DEADLINE");
  EXPECT_EQ(settled.summary().verdict, Verdict::kDeadlineExceeded);
  ASSERT_TRUE(settled.get<0>().ok()) << settled.get<0>().status();
  EXPECT_EQ(settled.get<0>()->value(), "Ada");
  EXPECT_EQ(settled.get<1>().disposition(), Disposition::kCancelled);
  EXPECT_EQ(settled.get<1>().cause(), Cause::kGatherDeadline);
  EXPECT_TRUE(absl::IsDeadlineExceeded(settled.get<1>().status()));
  EXPECT_EQ(settled.get<1>().origin(), Origin::kOrchestrator);
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 66
TEST_P(DeadlinesTest, GatherIsDeadlineExceededAndNeverCancelled) {
  Answer("Slow", Hang());
  const auto result = Gather(client(), TimeoutOf(absl::Milliseconds(50)), CallTo("Slow"));
  EXPECT_TRUE(absl::IsDeadlineExceeded(result.status())) << result.status();
  EXPECT_TRUE(Failures::From(result.status()).empty());
}

// semantics 68
TEST_P(DeadlinesTest, PartialResultsReachTheCallerBeforeItsOwnDeadline) {
  Answer("Slow", Hang());
  const Options options = DeadlineIn(milliseconds(1000));
  const auto settled = GatherSettled(client(), options, CallTo("Name", "Ada"), CallTo("Slow"));
  EXPECT_LT(std::chrono::steady_clock::now(), *options.deadline);
  EXPECT_EQ(settled.summary().verdict, Verdict::kDeadlineExceeded);
  ASSERT_TRUE(settled.get<0>().ok()) << settled.get<0>().status();
  EXPECT_EQ(settled.get<1>().cause(), Cause::kGatherDeadline);
}

// semantics 69
TEST_P(DeadlinesTest, AFailureBeforeTheExpiryIsReportedWithIt) {
  Answer("Slow", Hang());
  Answer("Bad", Fail(5, "no such user"));
  const auto settled = GatherSettled(client(), TimeoutOf(absl::Milliseconds(200)),
                                     CallTo("Bad").Id("user"), CallTo("Slow"));
  EXPECT_TRUE(absl::IsDeadlineExceeded(settled.status()));
  EXPECT_EQ(settled.get<0>().status(), absl::NotFoundError("no such user"));
  const Failures failures = Failures::From(settled.status());
  ASSERT_EQ(failures.size(), 1);
  EXPECT_EQ(failures.first()->id, "user");
}

// semantics 70
TEST_P(DeadlinesTest, TheCallersDeadlineIsOnTheMonotonicClock) {
  const auto left = LeftAtTheBackend(DeadlineIn(seconds(50)), CallTo("Name"));
  ASSERT_TRUE(left.has_value());
  EXPECT_LE(*left, AsSent(seconds(50)));
  EXPECT_GT(*left, seconds(30));
}

TEST_P(DeadlinesTest, DefaultsGiveEachCallItsTimeout) {
  Options options;
  options.defaults.Timeout(absl::Seconds(20));
  EXPECT_LE(*LeftAtTheBackend(options, CallTo("Name")), AsSent(seconds(20)));
  const auto own = LeftAtTheBackend(options, CallTo("Name").Timeout(absl::Seconds(28)));
  EXPECT_GT(*own, seconds(20));
}

}  // namespace
}  // namespace gather::test
