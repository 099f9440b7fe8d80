#include "engine/judgement.h"

#include <chrono>

#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/support/fake_invoker.h"

namespace gather::engine {
namespace {

using gather::testing::BackendFailure;
using gather::testing::CancelledByUs;
using gather::testing::Reply;
using SlotEnd = GatherState::SlotEnd;

constexpr int kDeadlineExceeded = 4;

Time At(int milliseconds) {
  return Time(std::chrono::hours(1)) + std::chrono::milliseconds(milliseconds);
}

Judgement JudgeAt(int now, AttemptResult result, const SentCall& call = {}) {
  return Judge(call, At(now), &result);
}

// A DEADLINE_EXCEEDED that comes at `now`.
Judgement ExpiredAt(int now, const SentCall& call) {
  return JudgeAt(now, BackendFailure(kDeadlineExceeded, "expired"), call);
}

SentCall Stopping(v1::Cause cause) {
  SentCall call;
  call.stop.cause = cause;
  return call;
}

TEST(JudgementTest, AReplyIsASuccess) {
  const Judgement judged = JudgeAt(0, Reply("a"));
  EXPECT_EQ(judged.end, SlotEnd::kSuccess);
  EXPECT_EQ(judged.outcome.disposition, v1::DISPOSITION_SUCCEEDED);
  EXPECT_FALSE(judged.gather_expired);
}

TEST(JudgementTest, AFailureIsTheBackends) {
  const Judgement judged = JudgeAt(0, BackendFailure(5, "gone"));
  EXPECT_EQ(judged.end, SlotEnd::kFailure);
  EXPECT_EQ(judged.outcome.disposition, v1::DISPOSITION_FAILED);
  EXPECT_EQ(judged.outcome.status->message(), "gone");
}

// semantics 16
TEST(JudgementTest, AReplyThatCameBeforeTheCancelStands) {
  EXPECT_EQ(JudgeAt(0, Reply(""), Stopping(v1::CAUSE_SIBLING_FAILED)).end, SlotEnd::kSuccess);
}

// semantics 15, 54
TEST(JudgementTest, ARealFailureIsNotReplacedByTheCancel) {
  const Judgement judged = JudgeAt(0, BackendFailure(13, "broken"), Stopping(v1::CAUSE_CALLER));
  EXPECT_EQ(judged.end, SlotEnd::kFailure);
  EXPECT_EQ(judged.outcome.status->code(), 13);
}

// semantics 13
TEST(JudgementTest, CancelledByUsNamesTheCause) {
  SentCall call = Stopping(v1::CAUSE_SIBLING_FAILED);
  call.stop.caused_by = 3;
  const Judgement judged = JudgeAt(0, CancelledByUs(), call);
  EXPECT_EQ(judged.end, SlotEnd::kStopped);
  EXPECT_EQ(judged.outcome.disposition, v1::DISPOSITION_CANCELLED);
  EXPECT_EQ(judged.outcome.cause, v1::CAUSE_SIBLING_FAILED);
  EXPECT_EQ(judged.outcome.caused_by, 3u);
}

// semantics 17
TEST(JudgementTest, CancelledByItsOwnHandleIsWithdrawn) {
  const Judgement judged = JudgeAt(0, CancelledByUs(), Stopping(v1::CAUSE_OWN_HANDLE));
  EXPECT_EQ(judged.end, SlotEnd::kWithdrawn);
  EXPECT_EQ(judged.outcome.cause, v1::CAUSE_OWN_HANDLE);
}

// semantics 21
TEST(JudgementTest, ABackendsOwnCancelledIsItsFailure) {
  const Judgement judged = JudgeAt(0, BackendFailure(1, "I gave up"));
  EXPECT_EQ(judged.end, SlotEnd::kFailure);
  EXPECT_EQ(judged.outcome.origin, v1::ORIGIN_BACKEND);
}

// semantics 66
TEST(JudgementTest, ItsOwnDeadlineIsARealFailureOfOurs) {
  SentCall call;
  call.own_deadline = At(100);
  call.gather_deadline = At(101);
  const Judgement judged = ExpiredAt(100, call);
  EXPECT_EQ(judged.end, SlotEnd::kFailure);
  EXPECT_EQ(judged.outcome.cause, v1::CAUSE_SUB_CALL_DEADLINE);
  EXPECT_EQ(judged.outcome.origin, v1::ORIGIN_ORCHESTRATOR);
  EXPECT_FALSE(judged.gather_expired);
}

// semantics 66
TEST(JudgementTest, TheGathersDeadlineStopsItAndWinsATie) {
  SentCall call;
  call.gather_deadline = At(100);
  for (const Time own : {At(100), At(101), kNever}) {
    call.own_deadline = own;
    const Judgement judged = ExpiredAt(100, call);
    EXPECT_EQ(judged.end, SlotEnd::kStopped);
    EXPECT_EQ(judged.outcome.cause, v1::CAUSE_GATHER_DEADLINE);
    EXPECT_TRUE(judged.gather_expired);
  }
}

// semantics 66
TEST(JudgementTest, TenMillisecondsBeforeADeadlineItIsTheDeadlinesAndEarlierTheBackends) {
  SentCall call;
  call.own_deadline = At(100);
  EXPECT_EQ(ExpiredAt(90, call).outcome.cause, v1::CAUSE_SUB_CALL_DEADLINE);
  const Judgement early = ExpiredAt(89, call);
  EXPECT_EQ(early.end, SlotEnd::kFailure);
  EXPECT_EQ(early.outcome.cause, v1::CAUSE_UNSPECIFIED);
  EXPECT_EQ(early.outcome.origin, v1::ORIGIN_BACKEND);
}

TEST(JudgementTest, WithoutADeadlineADeadlineExceededIsTheBackends) {
  EXPECT_EQ(ExpiredAt(100, {}).outcome.origin, v1::ORIGIN_BACKEND);
}

// semantics 65
TEST(JudgementTest, OnlyADeadlineExceededBelongsToADeadline) {
  SentCall call;
  call.own_deadline = At(100);
  EXPECT_EQ(JudgeAt(200, Reply(""), call).end, SlotEnd::kSuccess);
  EXPECT_EQ(JudgeAt(200, BackendFailure(5, "gone"), call).outcome.status->code(), 5);
}

}  // namespace
}  // namespace gather::engine
