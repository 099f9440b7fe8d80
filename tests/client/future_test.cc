#include "gather/future.h"

#include <gtest/gtest.h>

#include <coroutine>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gather/gather_client.h"
#include "gather/gather_settled.h"
#include "gather/gather_values.h"
#include "gather/options.h"
#include "gather/testing/scripted_connection.h"
#include "tests/client/answers.h"

namespace gather {
namespace {

using ::gather::test::MakeText;
using ::gather::test::Respond;
using ::gather::test::Satisfied;
using ::gather::test::Succeeded;
using ::gather::test::Text;
using ::gather::test::TextCall;
using ::gather::testing::ScriptedConnection;

using Result = absl::StatusOr<std::tuple<Text>>;

class FutureTest : public ::testing::Test {
 protected:
  static Connection::Response Ada() { return Respond(Satisfied({Succeeded(MakeText("Ada"))})); }
  void AnswerAtOnce() {
    script_->AnswerWith([](const v1::GatherRequest&) { return Ada(); });
  }

  ScriptedConnection* const script_ = new ScriptedConnection();
  std::optional<Client> client_{std::unique_ptr<Connection>(script_)};
};

TEST_F(FutureTest, GetBlocksForTheAnswer) {
  Future<Result> future = AsyncGather(*client_, TextCall());
  std::thread answerer([this] { script_->Answer(0, Ada()); });
  const Result result = future.Get();
  answerer.join();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(std::get<0>(*result).value(), "Ada");
}

TEST_F(FutureTest, TheAnswerIsGivenOnce) {
  AnswerAtOnce();
  Future<Result> future = AsyncGather(*client_, TextCall());
  EXPECT_TRUE(future.Get().ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(future.Get().status()));
}

TEST_F(FutureTest, ThenRunsOnTheWorkerWhenTheAnswerComes) {
  std::promise<bool> on_worker;
  AsyncGather(*client_, TextCall()).Then([&](const Result& result) {
    on_worker.set_value(result.ok() && script_->OnWorkerThread());
  });
  script_->Answer(0, Ada());
  EXPECT_TRUE(on_worker.get_future().get());
  EXPECT_EQ(script_->cancels(0), 0);  // though the future itself is long gone
}

TEST_F(FutureTest, ThenRunsOnTheWorkerWhenTheAnswerIsThereAlready) {
  AnswerAtOnce();
  Future<Result> future = AsyncGather(*client_, TextCall());
  script_->Settle();
  std::promise<bool> on_worker;
  future.Then([&](const Result&) { on_worker.set_value(script_->OnWorkerThread()); });
  EXPECT_TRUE(on_worker.get_future().get());
}

TEST_F(FutureTest, ThenAfterGetIsToldThatTheAnswerIsGone) {
  AnswerAtOnce();
  Future<Result> future = AsyncGather(*client_, TextCall());
  EXPECT_TRUE(future.Get().ok());
  std::promise<absl::Status> status;
  future.Then([&](const Result& result) { status.set_value(result.status()); });
  EXPECT_TRUE(absl::IsFailedPrecondition(status.get_future().get()));
}

TEST_F(FutureTest, ThenRunsOnTheExecutor) {
  std::vector<absl::AnyInvocable<void()>> work;
  Options options;
  options.executor = [&](absl::AnyInvocable<void()> piece) { work.push_back(std::move(piece)); };
  AnswerAtOnce();
  bool ran = false;
  AsyncGather(*client_, options, TextCall()).Then([&](const Result& result) { ran = result.ok(); });
  script_->Settle();
  EXPECT_FALSE(ran);
  ASSERT_EQ(work.size(), 1);
  work[0]();
  EXPECT_TRUE(ran);
}

TEST_F(FutureTest, BlockingInAContinuationIsRefusedAtOnce) {
  std::promise<absl::Status> inner;
  Future<Result> other = AsyncGather(*client_, TextCall());
  AsyncGather(*client_, TextCall()).Then([&](const Result&) {
    inner.set_value(other.Get().status());
  });
  script_->Answer(1, Ada());
  EXPECT_TRUE(absl::IsFailedPrecondition(inner.get_future().get()));
  script_->Answer(0, Ada());
  EXPECT_TRUE(other.Get().ok());  // the refusal took nothing away
}

TEST_F(FutureTest, OutcomesOfAnAnswerThatWasGivenAwayKeepTheirIds) {
  AnswerAtOnce();
  auto future = AsyncGatherSettled(*client_, TextCall().Id("user"));
  EXPECT_TRUE(future.Get().get<0>().ok());
  EXPECT_EQ(future.Get().get<0>().id(), "user");
  EXPECT_EQ(future.Get().get<0>().disposition(), Disposition::kDetached);
}

TEST_F(FutureTest, OutcomesOfAnAnswerThatIsNotToBeHadAreDetached) {
  std::promise<Disposition> disposition;
  auto other = AsyncGatherSettled(*client_, TextCall());
  script_->RunOnWorker([&] { disposition.set_value(other.Get().get<0>().disposition()); });
  EXPECT_EQ(disposition.get_future().get(), Disposition::kDetached);
}

TEST_F(FutureTest, DestroyedBeforeItIsReadyCancels) {
  { const Future<Result> future = AsyncGather(*client_, TextCall()); }
  EXPECT_EQ(script_->cancels(0), 1);
}

TEST_F(FutureTest, AssigningOverAPendingOneCancelsIt) {
  Future<Result> future = AsyncGather(*client_, TextCall());
  future = AsyncGather(*client_, TextCall());
  EXPECT_EQ(script_->cancels(0), 1);
  EXPECT_EQ(script_->cancels(1), 0);
}

TEST_F(FutureTest, DestroyedAfterTheAnswerCancelsNothing) {
  AnswerAtOnce();
  {
    Future<Result> future = AsyncGather(*client_, TextCall());
    script_->Settle();
  }
  EXPECT_EQ(script_->cancels(0), 0);
}

// semantics 52
TEST_F(FutureTest, CancelIsIdempotentAndLegalAfterTheEnd) {
  Future<Result> future = AsyncGather(*client_, TextCall());
  future.Cancel();
  future.Cancel();
  EXPECT_TRUE(absl::IsCancelled(future.Get().status()));
  future.Cancel();
}

// semantics 52
TEST_F(FutureTest, CancelIsLegalAfterTheClientsEnd) {
  Future<Result> future = AsyncGather(*client_, TextCall());
  client_.reset();
  future.Cancel();
  EXPECT_TRUE(absl::IsCancelled(future.Get().status()));
}

// semantics 5
TEST_F(FutureTest, AnAnswerThatIsThereWinsOverACancel) {
  AnswerAtOnce();
  Future<Result> future = AsyncGather(*client_, TextCall());
  script_->Settle();
  future.Cancel();
  EXPECT_TRUE(future.Get().ok());
}

TEST_F(FutureTest, TheEndOfTheClientCancelsWhatIsPending) {
  absl::Status status;
  AsyncGather(*client_, TextCall()).Then([&](const Result& result) { status = result.status(); });
  client_.reset();
  EXPECT_TRUE(absl::IsCancelled(status));
}

TEST_F(FutureTest, BlockingInTheClientsLastContinuationIsRefusedAtOnce) {
  absl::Status inner;
  std::optional<Future<Result>> other;
  AsyncGather(*client_, TextCall()).Then([&](const Result&) { inner = other->Get().status(); });
  other = AsyncGather(*client_, TextCall());
  client_.reset();
  EXPECT_TRUE(absl::IsFailedPrecondition(inner));
}

TEST_F(FutureTest, TheLastClientMayEndInAContinuation) {
  std::promise<void> ended;
  AsyncGather(*client_, TextCall()).Then([client = *client_, &ended](const Result&) mutable {
    ended.set_value();
  });
  client_.reset();
  script_->Answer(0, Ada());
  ended.get_future().wait();
}

// The smallest coroutine type that there is: it runs at once and nobody waits for it.
struct Detached {
  struct promise_type {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

Detached Await(Future<Result> future, std::promise<Result>* result) {
  result->set_value(co_await std::move(future));
}

TEST_F(FutureTest, CanBeAwaited) {
  std::promise<Result> result;
  Await(AsyncGather(*client_, TextCall()), &result);
  script_->Answer(0, Ada());
  const Result awaited = result.get_future().get();
  ASSERT_TRUE(awaited.ok()) << awaited.status();
  EXPECT_EQ(std::get<0>(*awaited).value(), "Ada");
}

TEST_F(FutureTest, CanBeAwaitedWhenTheAnswerIsThereAlready) {
  AnswerAtOnce();
  Future<Result> future = AsyncGather(*client_, TextCall());
  script_->Settle();
  std::promise<Result> result;
  Await(std::move(future), &result);
  EXPECT_TRUE(result.get_future().get().ok());
}

// Holds its coroutine, so that a test can destroy it.
struct Held {
  struct promise_type {
    Held get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  std::coroutine_handle<promise_type> coroutine;
};

Held AwaitHeld(Future<Result> future) { (void)co_await std::move(future); }

TEST_F(FutureTest, DestroyingTheAwaitingCoroutineCancels) {
  const Held held = AwaitHeld(AsyncGather(*client_, TextCall()));
  held.coroutine.destroy();
  EXPECT_EQ(script_->cancels(0), 1);
  script_->Settle();
}

}  // namespace
}  // namespace gather
