#include "gather/as_completed.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <ranges>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gather/failures.h"
#include "gather/gather_client.h"
#include "gather/policy.h"
#include "gather/testing/scripted_connection.h"
#include "gather/testing/scripted_stream.h"
#include "tests/client/answers.h"

namespace gather {
namespace {

using ::gather::test::CancelledBy;
using ::gather::test::Detached;
using ::gather::test::Failed;
using ::gather::test::FailedBy;
using ::gather::test::MakeText;
using ::gather::test::Satisfied;
using ::gather::test::Streamed;
using ::gather::test::Succeeded;
using ::gather::test::SucceededWithBytes;
using ::gather::test::Text;
using ::gather::test::TextCall;
using ::gather::testing::ScriptedConnection;
using ::gather::testing::ScriptedStream;

static_assert(std::ranges::input_range<Completions<Text>>);
static_assert(std::movable<Completions<Text>>);

class AsCompletedTest : public ::testing::Test {
 protected:
  static std::vector<Call<Text>> Calls(int count) {
    return std::vector<Call<Text>>(count, TextCall());
  }

  // Emits the response's outcomes in that order, then its summary, then the end.
  void Emit(const v1::GatherResponse& response, const std::vector<int>& order) {
    for (int index : order) stream()->EmitOutcome(response.outcomes(index));
    v1::Summary summary = response.summary();
    *summary.mutable_decision() = response.decision();
    stream()->EmitSummary(std::move(summary));
    stream()->End(absl::OkStatus());
  }
  void EmitOutcome(std::uint32_t index, v1::Outcome outcome) {
    outcome.set_index(index);
    outcome.set_id(std::to_string(index));
    stream()->EmitOutcome(std::move(outcome));
  }
  std::shared_ptr<ScriptedStream> stream() const { return script_->stream(0); }

  static std::vector<Disposition> DispositionsOf(Completions<Text>& completions) {
    std::vector<Disposition> dispositions;
    for (const auto& [index, outcome] : completions) dispositions.push_back(outcome.disposition());
    return dispositions;
  }

  ScriptedConnection* const script_ = new ScriptedConnection();
  std::optional<Client> client_{std::unique_ptr<Connection>(script_)};
};

// semantics 38
TEST_F(AsCompletedTest, GivesEachOutcomeInTheOrderOfTheEndsWithItsIndex) {
  auto completions = AsCompleted(*client_, Calls(3));
  Emit(Satisfied({Succeeded(MakeText("a")), Succeeded(MakeText("b")), Succeeded(MakeText("c"))}),
       {2, 0, 1});
  std::string order;
  for (auto& [index, outcome] : completions) {
    ASSERT_TRUE(outcome.ok());
    EXPECT_EQ(outcome.index(), index);
    order += std::to_string(index) + outcome->value();
  }
  EXPECT_EQ(order, "2c0a1b");
  EXPECT_TRUE(completions.status().ok());
  EXPECT_EQ(completions.summary().verdict, Verdict::kSatisfied);
  EXPECT_EQ(completions.summary().succeeded, 3);
}

TEST_F(AsCompletedTest, CanBeReadWithoutAName) {
  script_->ServeStreams([](const std::shared_ptr<ScriptedStream>& stream) {
    stream->EmitOutcome(Succeeded(MakeText("Ada")));
    stream->EmitSummary(v1::Summary());
    stream->End(absl::OkStatus());
  });
  for (auto& [index, outcome] : AsCompleted(*client_, TextCall())) {
    const Text name = std::move(*std::move(outcome));
    EXPECT_EQ(name.value(), "Ada");
  }
}

TEST_F(AsCompletedTest, WaitsForTheNextOne) {
  auto completions = AsCompleted(*client_, Calls(2));
  std::promise<void> first_read;
  std::thread engine([&] {
    EmitOutcome(1, Succeeded(MakeText("b")));
    first_read.get_future().wait();
    Emit(Satisfied({Succeeded(MakeText("a"))}), {0});
  });
  std::string order;
  for (auto& [index, outcome] : completions) {
    if (order.empty()) first_read.set_value();
    order += outcome->value();
  }
  engine.join();
  EXPECT_EQ(order, "ba");
}

TEST_F(AsCompletedTest, AsksForCollectAndTheWholeResponse) {
  const auto completions = AsCompleted(*client_, TextCall("x"));
  EXPECT_EQ(stream()->request().policy().mode(), v1::MODE_COLLECT);
  EXPECT_EQ(stream()->request().policy().error_delivery(), v1::ERROR_DELIVERY_AS_RESPONSE);
  EXPECT_EQ(stream()->request().calls(0).request(), MakeText("x").SerializeAsString());
}

TEST_F(AsCompletedTest, DeadlineAndMetadataGoWithIt) {
  Options options;
  options.deadline = std::chrono::steady_clock::now() + std::chrono::hours(1);
  options.metadata = {{"x-tenant", "blue"}};
  const auto completions = AsCompleted(*client_, options, TextCall());
  EXPECT_EQ(stream()->context().deadline, options.deadline);
  EXPECT_EQ(stream()->context().metadata, options.metadata);
}

// semantics 39
TEST_F(AsCompletedTest, InCollectAFailureIsAnEventAmongOthers) {
  auto completions = AsCompleted(*client_, Calls(2));
  Emit(Satisfied({Succeeded(MakeText("a")), Failed(5, "none")}), {1, 0});
  EXPECT_EQ(DispositionsOf(completions),
            (std::vector{Disposition::kFailed, Disposition::kSucceeded}));
  EXPECT_TRUE(completions.status().ok());
}

// semantics 39
TEST_F(AsCompletedTest, InFailFastTheCancelledRestFollowsAndTheStatusIsTheFailure) {
  Options options;
  options.policy = FailFast();
  auto completions = AsCompleted(*client_, options, TextCall(), TextCall().Id("user"), TextCall());
  Emit(FailedBy(1, {Succeeded(MakeText("a")), Failed(5, "none"), CancelledBy(1)}), {0, 1, 2});
  EXPECT_EQ(DispositionsOf(completions),
            (std::vector{Disposition::kSucceeded, Disposition::kFailed, Disposition::kCancelled}));
  EXPECT_EQ(completions.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(completions.status().message(), "sub-call 1 \"user\" (users /demo.Users/Name): none");
  EXPECT_EQ(Failures::From(completions.status()).size(), 1);
  EXPECT_EQ(completions.summary().decided_by, 1);
}

TEST_F(AsCompletedTest, EveryFailureIsKeptForTheStatusInRequestOrder) {
  constexpr int kCalls = 2'000;
  Options options;
  options.policy = Any();
  auto completions = AsCompleted(*client_, options, Calls(kCalls));
  std::vector<int> order;
  for (int i = kCalls - 1; i >= 0; --i) order.push_back(i);
  Emit(FailedBy(0, std::vector<v1::Outcome>(kCalls, Failed(14, std::string(100, 'x')))), order);
  EXPECT_EQ(DispositionsOf(completions).size(), kCalls);
  const Failures failures = Failures::From(completions.status());
  ASSERT_EQ(failures.size(), kCalls);
  EXPECT_EQ(failures.begin()[7].index, 7);
  EXPECT_EQ(failures.begin()[7].status.message().size(), 100);
}

TEST_F(AsCompletedTest, OneFailureTooManyCarriesAndNamesTheFirst) {
  Options options;
  options.policy = Collect(1);
  auto completions = AsCompleted(*client_, options, Calls(2));
  v1::GatherResponse response = FailedBy(0, {Failed(5, "none"), Failed(14, "down")});
  *response.mutable_decision()->mutable_status() = response.outcomes(1).status();
  Emit(response, {1, 0});
  EXPECT_EQ(DispositionsOf(completions).size(), 2);
  EXPECT_EQ(completions.status().message(),
            "sub-call 1 \"1\" (users /demo.Users/Name): down (+1 more)");
  EXPECT_EQ(Failures::From(completions.status()).first()->index, 1);
}

// semantics 27
TEST_F(AsCompletedTest, InPropagateWhatRunsOnComesAsDetached) {
  Options options;
  options.policy = Propagate();
  auto completions = AsCompleted(*client_, options, Calls(2));
  Emit(FailedBy(1, {Detached(), Failed(5, "none")}), {1, 0});
  EXPECT_EQ(DispositionsOf(completions),
            (std::vector{Disposition::kFailed, Disposition::kDetached}));
  EXPECT_TRUE(absl::IsNotFound(completions.status()));
}

// semantics 40
TEST_F(AsCompletedTest, LeavingEarlyCancelsAndWaitsForNothing) {
  {
    auto completions = AsCompleted(*client_, Calls(2));
    EmitOutcome(0, Succeeded(MakeText("a")));
    for (const auto& completion : completions) {
      EXPECT_EQ(completion.index, 0);
      break;
    }
    EXPECT_TRUE(absl::IsFailedPrecondition(completions.status()));
    EXPECT_EQ(stream()->cancels(), 0);
  }
  EXPECT_EQ(stream()->cancels(), 1);
}

// semantics 40
TEST_F(AsCompletedTest, LeavingAfterTheEndCancelsNothing) {
  {
    auto completions = AsCompleted(*client_, TextCall());
    Emit(Satisfied({Succeeded(MakeText("a"))}), {0});
    EXPECT_EQ(DispositionsOf(completions).size(), 1);
  }
  EXPECT_EQ(stream()->cancels(), 0);
}

TEST_F(AsCompletedTest, ASecondLoopGoesOnWhereTheFirstStopped) {
  auto completions = AsCompleted(*client_, Calls(3));
  Emit(Satisfied(std::vector<v1::Outcome>(3, Succeeded(MakeText("a")))), {0, 1, 2});
  for (const auto& completion : completions) {
    if (completion.index == 0) break;
  }
  EXPECT_EQ(DispositionsOf(completions).size(), 2);
  EXPECT_TRUE(completions.status().ok());
  EXPECT_EQ(DispositionsOf(completions).size(), 0);
}

TEST_F(AsCompletedTest, AMovedRangeGoesOn) {
  auto first = AsCompleted(*client_, Calls(2));
  Emit(Satisfied(std::vector<v1::Outcome>(2, Succeeded(MakeText("a")))), {0, 1});
  auto second = std::move(first);
  EXPECT_EQ(DispositionsOf(second).size(), 2);
}

// semantics 41
TEST_F(AsCompletedTest, ASlowReaderPausesTheEngineAndLosesNothing) {
  auto completions = AsCompleted(*client_, Calls(6));
  const v1::Outcome megabyte = Succeeded(MakeText(std::string(std::size_t{1} << 20, 'x')));
  for (std::uint32_t i = 0; i < 4; ++i) EmitOutcome(i, megabyte);
  script_->Settle();
  EXPECT_TRUE(stream()->paused());  // four, and the words around them
  EmitOutcome(4, megabyte);         // was on its way
  script_->Settle();
  auto next = completions.begin();
  for (int read = 1; read < 4; ++read) {
    EXPECT_TRUE(stream()->paused()) << read;
    ++next;
  }
  EXPECT_FALSE(stream()->paused());  // one is left, and two would be half
  Emit(Satisfied(std::vector<v1::Outcome>(6, Succeeded(MakeText("")))), {5});
  int read = 3;
  for (; next != completions.end(); ++next) ++read;
  EXPECT_EQ(read, 6);
  EXPECT_TRUE(completions.status().ok());
}

TEST_F(AsCompletedTest, AReplyThatDoesNotParseIsAFailureOfItsSlot) {
  auto completions = AsCompleted(*client_, Calls(2));
  Emit(Satisfied({SucceededWithBytes("\xff"), Succeeded(MakeText("b"))}), {0, 1});
  auto next = completions.begin();
  EXPECT_EQ(next->outcome.disposition(), Disposition::kFailed);
  EXPECT_TRUE(absl::IsInternal(next->outcome.status()));
  EXPECT_EQ(next->outcome.origin(), Origin::kOrchestrator);
  EXPECT_EQ(next->outcome.delivery(), Delivery::kAnswered);
  EXPECT_EQ(DispositionsOf(completions), std::vector{Disposition::kSucceeded});
  EXPECT_TRUE(completions.status().ok());
  EXPECT_EQ(completions.summary().succeeded, 1);
  EXPECT_EQ(completions.summary().failed, 1);
}

TEST_F(AsCompletedTest, AReplyThatDoesNotParseFailsTheGatherByItsPolicy) {
  Options options;
  options.policy = FailFast();
  auto completions = AsCompleted(*client_, options, Calls(2));
  Emit(Satisfied({SucceededWithBytes("\xff"), Succeeded(MakeText("b"))}), {1, 0});
  EXPECT_EQ(DispositionsOf(completions).size(), 2);
  EXPECT_TRUE(absl::IsInternal(completions.status()));
  EXPECT_EQ(Failures::From(completions.status()).first()->index, 0);
  EXPECT_EQ(completions.summary().verdict, Verdict::kFailed);
}

TEST_F(AsCompletedTest, AReplyThatDoesNotParseYieldsToItsFallback) {
  auto completions = AsCompleted(*client_, TextCall().Fallback(MakeText("nobody")));
  Emit(Satisfied({SucceededWithBytes("\xff")}), {0});
  auto next = completions.begin();
  ASSERT_TRUE(next->outcome.ok());
  EXPECT_EQ(next->outcome->value(), "nobody");
  EXPECT_TRUE(next->outcome.from_fallback());
}

TEST_F(AsCompletedTest, AStreamingCallGivesAllItsMessages) {
  auto completions =
      AsCompleted(*client_, Call<std::vector<Text>>("users", "/demo.Users/List", MakeText("")));
  Emit(Satisfied({Streamed({MakeText("a"), MakeText("b")})}), {0});
  EXPECT_EQ(completions.begin()->outcome->size(), 2);
}

// semantics 6
TEST_F(AsCompletedTest, WhenTheWayIsLostTheOthersFollowAndSaySo) {
  auto completions = AsCompleted(*client_, Calls(3));
  EmitOutcome(1, Failed(5, "none"));
  stream()->End(absl::UnavailableError("Socket closed"));
  std::vector<std::uint32_t> indexes;
  for (const auto& [index, outcome] : completions) {
    indexes.push_back(index);
    if (index == 1) continue;
    EXPECT_EQ(outcome.id(), std::to_string(index));
    EXPECT_EQ(outcome.disposition(), Disposition::kFailed);
    EXPECT_EQ(outcome.origin(), Origin::kTransport);
    EXPECT_EQ(outcome.delivery(), Delivery::kEffectUnknown);
  }
  EXPECT_EQ(indexes, (std::vector<std::uint32_t>{1, 0, 2}));
  EXPECT_TRUE(absl::IsUnavailable(completions.status()));
  const Failures failures = Failures::From(completions.status());
  ASSERT_EQ(failures.size(), 1);  // what was told before
  EXPECT_EQ(failures.first()->status, absl::NotFoundError("none"));
}

TEST_F(AsCompletedTest, ARefusalStandsInEverySlotAsRejected) {
  Options options;
  options.timeout = absl::ZeroDuration();
  auto completions = AsCompleted(*client_, options, Calls(2));
  EXPECT_EQ(DispositionsOf(completions),
            (std::vector{Disposition::kRejected, Disposition::kRejected}));
  EXPECT_TRUE(absl::IsInvalidArgument(completions.status()));
  EXPECT_EQ(script_->streams_started(), 0);
}

// semantics 3
TEST_F(AsCompletedTest, APolicyThatNobodyCanSatisfyIsRefusedBeforeSending) {
  Options options;
  options.policy = Any();
  auto completions = AsCompleted(*client_, options, Calls(0));
  EXPECT_EQ(DispositionsOf(completions).size(), 0);
  EXPECT_TRUE(absl::IsInvalidArgument(completions.status()));
  EXPECT_EQ(script_->streams_started(), 0);
}

// semantics 2
TEST_F(AsCompletedTest, NoCallsAreAnEmptyRange) {
  auto completions = AsCompleted(*client_, Calls(0));
  Emit(Satisfied({}), {});
  EXPECT_EQ(DispositionsOf(completions).size(), 0);
  EXPECT_TRUE(completions.status().ok());
}

// semantics 53
TEST_F(AsCompletedTest, ACancelBeforeTheStartSendsNothing) {
  std::stop_source stop;
  stop.request_stop();
  Options options;
  options.cancellation = stop.get_token();
  auto completions = AsCompleted(*client_, options, TextCall());
  EXPECT_EQ(DispositionsOf(completions), std::vector{Disposition::kNotStarted});
  EXPECT_TRUE(absl::IsCancelled(completions.status()));
  EXPECT_EQ(script_->streams_started(), 0);
}

// semantics 14, 52
TEST_F(AsCompletedTest, ACancelKeepsWhatCameAndCancelsTheRest) {
  std::stop_source stop;
  Options options;
  options.cancellation = stop.get_token();
  auto completions = AsCompleted(*client_, options, TextCall(), TextCall(), TextCall().Shielded());
  EmitOutcome(1, Succeeded(MakeText("b")));
  stop.request_stop();
  completions.Cancel();
  EXPECT_EQ(
      DispositionsOf(completions),
      (std::vector{Disposition::kSucceeded, Disposition::kCancelled, Disposition::kDetached}));
  EXPECT_EQ(completions.status(), absl::CancelledError("the caller cancelled the gather"));
  completions.Cancel();
}

TEST_F(AsCompletedTest, ACancelFromAnotherThreadWakesTheReader) {
  auto completions = AsCompleted(*client_, TextCall());
  std::thread canceller([&] { completions.Cancel(); });
  EXPECT_EQ(DispositionsOf(completions), std::vector{Disposition::kCancelled});
  canceller.join();
}

TEST_F(AsCompletedTest, ADeadlineOfTheWayIsTheGathers) {
  auto completions = AsCompleted(*client_, TextCall());
  stream()->End(absl::DeadlineExceededError("Deadline Exceeded"));
  auto next = completions.begin();
  EXPECT_EQ(next->outcome.disposition(), Disposition::kCancelled);
  EXPECT_EQ(next->outcome.cause(), Cause::kGatherDeadline);
}

TEST_F(AsCompletedTest, OnTheWorkerItIsEmptyAndSendsNothing) {
  std::promise<std::pair<std::size_t, absl::Status>> seen;
  script_->RunOnWorker([&] {
    auto completions = AsCompleted(*client_, Calls(2));
    const std::size_t count = DispositionsOf(completions).size();
    seen.set_value({count, completions.status()});
  });
  const auto [count, status] = seen.get_future().get();
  EXPECT_EQ(count, 0);
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_EQ(script_->streams_started(), 0);
}

TEST_F(AsCompletedTest, ReadOnTheWorkerItEndsAtOnceAndCancels) {
  auto completions = AsCompleted(*client_, Calls(2));
  script_->RunOnWorker([&] { EXPECT_EQ(DispositionsOf(completions).size(), 0); });
  script_->Settle();
  EXPECT_TRUE(absl::IsFailedPrecondition(completions.status()));
  EXPECT_EQ(stream()->cancels(), 1);
}

// semantics 5
TEST_F(AsCompletedTest, TwoOutcomesOfOneCallAreAFault) {
  auto completions = AsCompleted(*client_, Calls(2));
  EmitOutcome(0, Succeeded(MakeText("a")));
  EmitOutcome(0, Failed(5, "none"));
  EXPECT_EQ(DispositionsOf(completions),
            (std::vector{Disposition::kSucceeded, Disposition::kFailed}));
  EXPECT_TRUE(absl::IsInternal(completions.status()));
  EXPECT_EQ(stream()->cancels(), 1);
}

TEST_F(AsCompletedTest, AnOutcomeOfNoCallIsAFault) {
  auto completions = AsCompleted(*client_, TextCall());
  EmitOutcome(1, Succeeded(MakeText("a")));
  EXPECT_EQ(DispositionsOf(completions), std::vector{Disposition::kFailed});
  EXPECT_TRUE(absl::IsInternal(completions.status()));
}

TEST_F(AsCompletedTest, AnEndWithoutAllOutcomesIsAFault) {
  auto completions = AsCompleted(*client_, Calls(2));
  Emit(Satisfied({Succeeded(MakeText("a"))}), {0});
  EXPECT_EQ(DispositionsOf(completions),
            (std::vector{Disposition::kSucceeded, Disposition::kFailed}));
  EXPECT_TRUE(absl::IsInternal(completions.status()));
}

TEST_F(AsCompletedTest, AnEndWithoutSummaryIsAFault) {
  auto completions = AsCompleted(*client_, TextCall());
  EmitOutcome(0, Succeeded(MakeText("a")));
  stream()->End(absl::OkStatus());
  EXPECT_EQ(DispositionsOf(completions), std::vector{Disposition::kSucceeded});
  EXPECT_TRUE(absl::IsInternal(completions.status()));
}

TEST_F(AsCompletedTest, TheRangeMayOutliveTheClient) {
  auto completions = AsCompleted(*client_, TextCall());
  client_.reset();
  EXPECT_EQ(DispositionsOf(completions).size(), 1);
  EXPECT_TRUE(absl::IsCancelled(completions.status()));
}

}  // namespace
}  // namespace gather
