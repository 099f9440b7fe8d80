#ifndef GATHER_TESTS_ENGINE_GATHER_RUN_FIXTURE_H_
#define GATHER_TESTS_ENGINE_GATHER_RUN_FIXTURE_H_

#include <grpcpp/support/byte_buffer.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/async/event_queue.h"
#include "engine/async/time.h"
#include "engine/async/worker.h"
#include "engine/detached_budget.h"
#include "engine/gather_run.h"
#include "engine/limits/buffered_bytes.h"
#include "engine/limits/reply_sizes.h"
#include "engine/outcome.h"
#include "engine/plan.h"
#include "engine/planned_call.h"
#include "engine/run_settings.h"
#include "engine/target.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/support/fake_invoker.h"
#include "tests/support/fake_queue.h"

namespace gather::engine {

using gather::testing::BackendFailure;
using gather::testing::EndOfStream;
using gather::testing::FakeAttempt;
using gather::testing::FakeInvoker;
using gather::testing::FakeQueue;
using gather::testing::Reply;
using std::chrono::milliseconds;

// A request of `calls` sub-calls of users' /S/M, as text format; `fields` are those of the request.
std::string Calls(std::size_t calls, const std::string& fields = "");
inline const char kCollect[] = "policy { mode: MODE_COLLECT }";
inline const char kFailFast[] = "policy { mode: MODE_FAIL_FAST }";

// The payload of a slot, and of a server-streaming one.
std::string ResponseOf(const Outcome& outcome);
std::vector<std::string> ResponsesOf(const Outcome& outcome);

// Runs gathers on a worker whose queue, clock and attempts the test scripts. Nothing moves but in
// Settle() and Advance().
//
//   Run(Calls(2, kCollect));
//   Succeed(1, "b");
//   Fail(0, 5, "gone");
//   Settle();
//   EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_SATISFIED);
//
// At a test's end each gather must have answered once and ended.
class GatherRunTest : public ::testing::Test, public AnswerSink, public RunOwner {
 protected:
  GatherRunTest();
  void TearDown() override;

  // Plans the request, starts it and, unless told otherwise, lets it launch.
  GatherRun* Start(const std::string& text, Duration timeout = std::chrono::hours(1));
  GatherRun* Run(const std::string& text, Duration timeout = std::chrono::hours(1));
  GatherRun* StartRequest(std::unique_ptr<v1::GatherRequest> request, Duration timeout,
                          RunKind kind = RunKind::kTogether);

  // The same, answered outcome by outcome: see `streamed`.
  GatherRun* Stream(const std::string& text, Duration timeout = std::chrono::hours(1));

  // Opens a group; `text` is an Open. No timeout: kNever.
  GatherRun* Open(const std::string& text, Duration timeout = Duration::max());

  // Adds a sub-call of users' /S/M to the group; `fields` are those of the sub-call.
  static void Add(GatherRun* group, const std::string& fields = "");

  // Until nothing is ready, due or runnable.
  void Settle() { worker_.RunUntilIdleForTest(); }
  void Advance(Duration duration);

  // What arrives for a slot's outstanding attempt; seen by the run when it settles.
  void Succeed(std::uint32_t slot, const std::string& bytes = "");
  void Fail(std::uint32_t slot, int code = 13, const std::string& message = "failed");

  bool answered() const { return !answers_.empty(); }
  const Answer& answer() const;  // the only one

  // What stands in a slot of the only gather: once it ended, if it is streamed, else once answered.
  const Outcome& outcome(std::uint32_t slot) const;

  // The indexes of the outcomes that were streamed, in their order.
  std::vector<std::uint32_t> streamed() const;

  // That the slot was stopped, after or before having been sent, with that cause.
  void ExpectStopped(std::uint32_t slot, v1::Disposition disposition, v1::Cause cause) const;
  void ExpectFailed(std::uint32_t slot, int code) const;
  void ExpectSucceeded(std::uint32_t slot, const std::string& bytes = "") const;

  std::vector<std::uint32_t> started() const { return invoker_.started(); }

  void OnOutcome(std::uint32_t index, const PlannedCall& call, Outcome outcome) override;
  void OnAnswer(Answer answer) override { answers_.push_back(std::move(answer)); }
  void OnRunEnded(GatherRun* run) override;
  void OnDetachedFailure(const DetachedFailure& failure) override;

  FakeQueue* const queue_ = new FakeQueue;
  Worker worker_{std::unique_ptr<EventQueue>(queue_)};
  FakeInvoker invoker_{queue_};
  TargetTable targets_;
  PlanLimits limits_;
  DetachedBudget detached_budget_{1'000};
  std::uint64_t max_response_bytes_ = 1 << 20;
  std::shared_ptr<BufferedBytes> buffered_;  // null: nobody counts
  ReplySizes reply_sizes_;
  std::vector<std::unique_ptr<GatherRun>> runs_;             // that have not ended
  std::vector<std::pair<std::uint32_t, Outcome>> outcomes_;  // that were streamed
  std::vector<Answer> answers_;
  std::vector<DetachedFailure> detached_failures_;
  std::size_t gathers_ = 0;

 private:
  GatherRun* StartPlan(Plan plan, Duration timeout, RunKind kind);
};

}  // namespace gather::engine

#endif  // GATHER_TESTS_ENGINE_GATHER_RUN_FIXTURE_H_
