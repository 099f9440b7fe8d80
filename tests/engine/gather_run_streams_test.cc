// Server-streaming sub-calls in a gather: what becomes of their messages, and what bounds them.

#include <cstdint>
#include <string>
#include <vector>

#include "engine/gather_run.h"
#include "engine/outcome.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/engine/gather_run_fixture.h"

namespace gather::engine {
namespace {

using Messages = std::vector<std::string>;

constexpr std::size_t kHalf = 512 * 1024;  // of what one sub-call and what all may bring

// A request of `calls` server-streaming sub-calls; `fields` are the request's, `call_fields` those
// of each sub-call.
std::string Streams(std::size_t calls, const std::string& fields = "",
                    const std::string& call_fields = "") {
  std::string text = Calls(0, fields);
  for (std::size_t i = 0; i < calls; ++i) {
    text += " calls { server_streaming: true " + call_fields + " }";
  }
  return text;
}

class GatherRunStreamsTest : public GatherRunTest {
 protected:
  void Bring(std::uint32_t slot, const std::string& message) {
    invoker_.Find(slot)->Bring(message);
    Settle();
  }
  void EndStream(std::uint32_t slot) {
    invoker_.Find(slot)->Complete(EndOfStream());
    Settle();
  }

  void ExpectTooLarge(std::uint32_t slot, const std::string& reason) const {
    ExpectFailed(slot, 8);
    EXPECT_EQ(outcome(slot).origin, v1::ORIGIN_ORCHESTRATOR);
    EXPECT_EQ(outcome(slot).delivery, v1::DELIVERY_EFFECT_UNKNOWN);
    ASSERT_EQ(outcome(slot).status->details_size(), 1);
    v1::ErrorInfo info;
    ASSERT_TRUE(info.ParseFromString(outcome(slot).status->details(0).value()));
    EXPECT_EQ(info.reason(), reason);
  }
};

TEST_F(GatherRunStreamsTest, AllMessagesStandInTheSlotInOrder) {
  Run(Streams(1) + " calls {}");
  EXPECT_TRUE(invoker_.Find(0)->server_streaming());
  EXPECT_FALSE(invoker_.Find(1)->server_streaming());
  Succeed(1, "unary");
  Bring(0, "one");
  Bring(0, "");
  Bring(0, "three");
  EndStream(0);
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_SATISFIED);
  EXPECT_EQ(ResponsesOf(outcome(0)), (Messages{"one", "", "three"}));
  EXPECT_EQ(outcome(0).response.Length(), 0u);
  ExpectSucceeded(1, "unary");
  EXPECT_EQ(outcome(1).responses, nullptr);
}

TEST_F(GatherRunStreamsTest, AStreamWithoutMessagesIsASuccess) {
  Run(Streams(1));
  EndStream(0);
  ExpectSucceeded(0);
  ASSERT_NE(outcome(0).responses, nullptr);
  EXPECT_EQ(outcome(0).responses->size(), 0u);
}

TEST_F(GatherRunStreamsTest, AFailureAfterMessagesIsTheBackendsAndDropsThem) {
  Run(Streams(1, kCollect));
  Bring(0, "one");
  Fail(0, 13, "broke");
  Settle();
  ExpectFailed(0, 13);
  EXPECT_EQ(outcome(0).origin, v1::ORIGIN_BACKEND);
  EXPECT_EQ(outcome(0).status->message(), "broke");
  EXPECT_EQ(outcome(0).responses, nullptr);
}

TEST_F(GatherRunStreamsTest, MoreThanOneSubCallMayBringCancelsIt) {
  Run(Streams(2, kCollect));
  Bring(0, std::string(kHalf, 'x'));
  Bring(0, std::string(kHalf, 'x'));
  EXPECT_TRUE(invoker_.cancelled().empty());
  Bring(0, "x");
  EXPECT_EQ(invoker_.cancelled(), (std::vector<std::uint32_t>{0}));
  EndStream(1);
  ExpectTooLarge(0, "REPLY_TOO_LARGE");
}

TEST_F(GatherRunStreamsTest, AllStreamsTogetherAreBoundedWhileTheyAreRead) {
  Run(Streams(3, kCollect));
  Bring(0, std::string(kHalf, 'x'));
  Bring(1, std::string(kHalf, 'x'));
  Bring(2, "x");  // one too many, though nothing has ended
  EXPECT_EQ(invoker_.cancelled(), (std::vector<std::uint32_t>{2}));
  EndStream(0);
  EndStream(1);
  ExpectTooLarge(2, "TOTAL_REPLY_TOO_LARGE");
  EXPECT_EQ(ResponsesOf(outcome(0)), (Messages{std::string(kHalf, 'x')}));
}

TEST_F(GatherRunStreamsTest, StreamsAndUnaryRepliesShareTheBound) {
  Run(Streams(2, kCollect) + " calls {}");
  Bring(0, std::string(kHalf, 'x'));
  Succeed(2, std::string(kHalf + 1, 'x'));
  Settle();
  Bring(1, std::string(kHalf, 'x'));
  EndStream(0);
  EndStream(1);
  ExpectTooLarge(2, "TOTAL_REPLY_TOO_LARGE");
  EXPECT_EQ(ResponsesOf(outcome(1)).size(), 1u);
}

TEST_F(GatherRunStreamsTest, WhatAFailedStreamBroughtIsFreeForOthers) {
  Run(Streams(2, kCollect));
  Bring(0, std::string(2 * kHalf, 'x'));
  Fail(0);
  Settle();
  Bring(1, std::string(2 * kHalf, 'x'));
  EndStream(1);
  EXPECT_EQ(ResponsesOf(outcome(1)).size(), 1u);
}

TEST_F(GatherRunStreamsTest, AFloodOfEmptyMessagesEnds) {
  Run(Streams(1, kCollect));
  std::size_t brought = 0;
  for (; invoker_.cancelled().empty(); ++brought) invoker_.Find(0)->Bring("");
  Settle();
  EXPECT_EQ(brought, 2 * kHalf / 64 + 1);
  ExpectTooLarge(0, "REPLY_TOO_LARGE");
}

TEST_F(GatherRunStreamsTest, AnOutcomeThatWasStreamedAwayCountsNoLonger) {
  Stream(Streams(3, kCollect));
  for (std::uint32_t slot = 0; slot < 3; ++slot) {
    Bring(slot, std::string(2 * kHalf, 'x'));
    EndStream(slot);
    EXPECT_EQ(ResponsesOf(outcome(slot)).size(), 1u) << slot;
  }
}

// semantics 41
TEST_F(GatherRunStreamsTest, ASlowReaderFailsNoStreamThatRuns) {
  GatherRun* const run = Stream(Streams(2, kCollect));
  run->Pause(true);
  for (std::uint32_t slot = 0; slot < 2; ++slot) {
    Bring(slot, std::string(2 * kHalf, 'x'));
    EndStream(slot);
    EXPECT_EQ(ResponsesOf(outcome(slot)).size(), 1u) << slot;
  }
}

// semantics 66
TEST_F(GatherRunStreamsTest, ItsOwnDeadlineDropsWhatHasCome) {
  Run(Streams(1, kCollect, "timeout { seconds: 1 }"));
  Bring(0, "one");
  queue_->Advance(std::chrono::seconds(1));
  Fail(0, 4, "Deadline Exceeded");
  Settle();
  ExpectFailed(0, 4);
  EXPECT_EQ(outcome(0).cause, v1::CAUSE_SUB_CALL_DEADLINE);
  EXPECT_EQ(outcome(0).origin, v1::ORIGIN_ORCHESTRATOR);
  EXPECT_NE(outcome(0).status->message().find("1 messages dropped"), std::string::npos);
  EXPECT_EQ(outcome(0).responses, nullptr);
}

// semantics 13
TEST_F(GatherRunStreamsTest, ASiblingsFailureCancelsAStreamInItsMiddle) {
  Run(Streams(2));
  Bring(0, "one");
  Fail(1, 5);
  Settle();
  ExpectStopped(0, v1::DISPOSITION_CANCELLED, v1::CAUSE_SIBLING_FAILED);
  EXPECT_EQ(outcome(0).responses, nullptr);
}

// semantics 16
TEST_F(GatherRunStreamsTest, AStreamThatHadEndedBeforeItsCancelKeepsItsMessages) {
  Run(Streams(2));
  invoker_.Find(0)->Bring("one");
  Fail(1, 5);
  invoker_.Find(0)->Complete(EndOfStream());
  Settle();
  EXPECT_EQ(ResponsesOf(outcome(0)), (Messages{"one"}));
}

// semantics 27
TEST_F(GatherRunStreamsTest, ADetachedStreamKeepsNothing) {
  Run(Streams(2, "policy { mode: MODE_PROPAGATE }"));
  Bring(0, std::string(2 * kHalf, 'x'));
  Fail(1, 5);
  Settle();
  EXPECT_EQ(outcome(0).disposition, v1::DISPOSITION_DETACHED);
  EXPECT_EQ(outcome(0).responses, nullptr);
  for (int i = 0; i < 10; ++i) Bring(0, std::string(2 * kHalf, 'x'));
  EXPECT_TRUE(invoker_.cancelled().empty());
  EndStream(0);
  EXPECT_TRUE(detached_failures_.empty());
}

// semantics 74
TEST_F(GatherRunStreamsTest, AFallbackStandsInAsTheOnlyMessage) {
  Run(Streams(1, "", "fallback { response: 'instead' }"));
  Bring(0, "one");
  Fail(0, 5);
  Settle();
  EXPECT_EQ(ResponsesOf(outcome(0)), (Messages{"instead"}));
  EXPECT_TRUE(outcome(0).from_fallback);
}

}  // namespace
}  // namespace gather::engine
