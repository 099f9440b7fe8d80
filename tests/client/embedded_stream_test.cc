#include "gather/embedded_stream.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gather/client_options.h"
#include "gather/connection.h"
#include "gather/embedded_connection.h"
#include "gather/refusal.h"
#include "gather/v1/gather.pb.h"
#include "tests/client/stream_record.h"
#include "tests/support/behavior.h"
#include "tests/support/test_backend.h"

namespace gather::internal {
namespace {

using ::gather::test::Behavior;
using ::gather::test::ReceivedCall;
using ::gather::test::StreamRecord;
using ::gather::test::TestBackend;

// Answers by the method's last word.
Behavior ByName(const ReceivedCall& call) {
  if (call.method == "/test.Users/Fail") return test::Fail(5, "no such user");
  if (call.method == "/test.Users/Hang") return test::Hang();
  return test::Echo(call);
}

class EmbeddedStreamTest : public ::testing::Test {
 protected:
  EmbeddedStreamTest() : backend_(ByName) { options_.targets = {{"users", backend_.address()}}; }

  void Connect() { connection_ = *MakeEmbedded(options_); }

  static v1::GatherRequest CallsTo(const std::vector<std::string>& names) {
    v1::GatherRequest request;
    request.mutable_defaults()->set_target("users");
    request.mutable_policy()->set_error_delivery(v1::ERROR_DELIVERY_AS_RESPONSE);
    for (const std::string& name : names) {
      v1::SubCall* call = request.add_calls();
      call->set_method("/test.Users/" + name);
      call->set_request("hello " + name);
    }
    return request;
  }

  TestBackend backend_;
  EmbeddedOptions options_;
  std::unique_ptr<Connection> connection_;
};

// semantics 38
TEST_F(EmbeddedStreamTest, TellsEveryOutcomeThenTheSummaryThenTheStatus) {
  Connect();
  const auto record = std::make_shared<StreamRecord>();
  connection_->StartStream(CallsTo({"A", "B"}), {}, record);
  EXPECT_TRUE(record->AwaitEnd().ok());
  const std::vector<v1::Outcome> outcomes = record->outcomes();
  ASSERT_EQ(outcomes.size(), 2);
  for (const v1::Outcome& outcome : outcomes) {
    EXPECT_EQ(outcome.id(), std::to_string(outcome.index()));
    EXPECT_EQ(outcome.response(), outcome.index() == 0 ? "hello A" : "hello B");
  }
  ASSERT_TRUE(record->summary().has_value());
  EXPECT_EQ(record->summary()->succeeded(), 2);
  EXPECT_EQ(record->summary()->decision().verdict(), v1::VERDICT_SATISFIED);
  EXPECT_EQ(record->gather_id(), "");
}

// semantics 39
TEST_F(EmbeddedStreamTest, AFailureAndWhatItCancelsAreOutcomesAndWithAsStatusTheEnd) {
  Connect();
  v1::GatherRequest request = CallsTo({"Hang", "Fail"});
  request.mutable_policy()->set_error_delivery(v1::ERROR_DELIVERY_AS_STATUS);
  const auto record = std::make_shared<StreamRecord>();
  connection_->StartStream(request, {}, record);
  EXPECT_TRUE(absl::IsNotFound(record->AwaitEnd()));
  ASSERT_EQ(record->outcomes().size(), 2);
  EXPECT_EQ(record->outcomes()[0].disposition(), v1::DISPOSITION_FAILED);
  EXPECT_EQ(record->outcomes()[1].cause(), v1::CAUSE_SIBLING_FAILED);
  EXPECT_TRUE(record->summary().has_value());
}

TEST_F(EmbeddedStreamTest, TellsTheSinkOnTheWorkerThreadNeverInsideTheStart) {
  Connect();
  std::promise<bool> on_worker;
  const auto record = std::make_shared<StreamRecord>(
      [&](const v1::Outcome&) { on_worker.set_value(connection_->OnWorkerThread()); });
  std::promise<bool> ended_inside;
  connection_->RunOnWorker([&] {
    connection_->StartStream(CallsTo({"A"}), {}, record);
    ended_inside.set_value(record->ended());
  });
  EXPECT_FALSE(ended_inside.get_future().get());
  EXPECT_TRUE(on_worker.get_future().get());
  EXPECT_TRUE(record->AwaitEnd().ok());
}

TEST_F(EmbeddedStreamTest, ARefusalIsItsEndAndAllOfIt) {
  Connect();
  v1::GatherRequest request = CallsTo({"A"});
  request.mutable_calls(0)->set_target("nobody");
  const auto record = std::make_shared<StreamRecord>();
  connection_->StartStream(request, {}, record);
  const absl::Status status = record->AwaitEnd();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_TRUE(IsRefusal(status));
  EXPECT_FALSE(record->summary().has_value());
}

TEST_F(EmbeddedStreamTest, RefusesARequestOverItsBound) {
  options_.max_request_bytes = 20;
  Connect();
  const auto record = std::make_shared<StreamRecord>();
  connection_->StartStream(CallsTo({"A"}), {}, record);
  const absl::Status status = record->AwaitEnd();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_TRUE(IsRefusal(status));
}

TEST_F(EmbeddedStreamTest, TheCallersDeadlineBoundsIt) {
  Connect();
  const GatherContext context{std::chrono::steady_clock::now() + std::chrono::milliseconds(100),
                              {}};
  const auto record = std::make_shared<StreamRecord>();
  connection_->StartStream(CallsTo({"Hang"}), context, record);
  EXPECT_TRUE(record->AwaitEnd().ok());
  ASSERT_EQ(record->outcomes().size(), 1);
  EXPECT_EQ(record->outcomes()[0].cause(), v1::CAUSE_GATHER_DEADLINE);
  EXPECT_EQ(record->summary()->decision().verdict(), v1::VERDICT_DEADLINE_EXCEEDED);
}

// semantics 41
TEST_F(EmbeddedStreamTest, WhilePausedNothingIsStartedAndNothingIsLost) {
  Connect();
  const auto record = std::make_shared<StreamRecord>();
  std::promise<std::unique_ptr<PendingStream>> started;
  // On the worker, so that the pause is taken together with the start.
  connection_->RunOnWorker([&] {
    auto stream = connection_->StartStream(CallsTo({"A", "B"}), {}, record);
    stream->Pause(true);
    started.set_value(std::move(stream));
  });
  const auto stream = started.get_future().get();
  // This one comes after it, and overtakes it.
  const auto other = std::make_shared<StreamRecord>();
  connection_->StartStream(CallsTo({"Other"}), {}, other);
  EXPECT_TRUE(other->AwaitEnd().ok());
  EXPECT_EQ(backend_.counts().calls, 1);
  EXPECT_EQ(record->outcomes().size(), 0);
  stream->Pause(false);
  EXPECT_TRUE(record->AwaitEnd().ok());
  EXPECT_EQ(record->outcomes().size(), 2);
}

// semantics 40, 51, 52
TEST_F(EmbeddedStreamTest, CancelReachesTheBackendAndMayBeRepeated) {
  Connect();
  const auto record = std::make_shared<StreamRecord>();
  const auto stream = connection_->StartStream(CallsTo({"A", "Hang"}), {}, record);
  record->AwaitOutcomes(1);
  ASSERT_TRUE(backend_.WaitForCalls(2));
  stream->Cancel();
  stream->Cancel();
  EXPECT_TRUE(absl::IsCancelled(record->AwaitEnd()));
  ASSERT_EQ(record->outcomes().size(), 2);
  EXPECT_EQ(record->outcomes()[0].disposition(), v1::DISPOSITION_SUCCEEDED);
  EXPECT_EQ(record->outcomes()[1].cause(), v1::CAUSE_CALLER);
  EXPECT_TRUE(backend_.WaitForCancels(1));
  stream->Cancel();
  connection_.reset();
  stream->Cancel();
  stream->Pause(true);
  stream->Pause(false);
}

// semantics 53
TEST_F(EmbeddedStreamTest, CancelledRightAfterTheStartItSendsNothing) {
  Connect();
  const auto record = std::make_shared<StreamRecord>();
  // On the worker, so that the cancel is taken together with the start.
  connection_->RunOnWorker([&] { connection_->StartStream(CallsTo({"A"}), {}, record)->Cancel(); });
  EXPECT_TRUE(absl::IsCancelled(record->AwaitEnd()));
  ASSERT_EQ(record->outcomes().size(), 1);
  EXPECT_EQ(record->outcomes()[0].disposition(), v1::DISPOSITION_NOT_STARTED);
  EXPECT_EQ(backend_.counts().calls, 0);
}

TEST_F(EmbeddedStreamTest, TheConnectionsEndCancelsWhatRunsAlsoWhilePaused) {
  Connect();
  const auto record = std::make_shared<StreamRecord>();
  const auto stream = connection_->StartStream(CallsTo({"Hang"}), {}, record);
  ASSERT_TRUE(backend_.WaitForCalls(1));
  stream->Pause(true);
  connection_.reset();
  ASSERT_TRUE(record->ended());
  EXPECT_TRUE(absl::IsCancelled(record->AwaitEnd()));
  EXPECT_EQ(record->outcomes().size(), 1);
}

// semantics 27, 28
TEST_F(EmbeddedStreamTest, WhatFailsAfterItWasDetachedIsReported) {
  std::promise<DetachedFailure> late;
  options_.on_detached_failure = [&](const DetachedFailure& failure) { late.set_value(failure); };
  Connect();
  backend_.Hold("/test.Users/Fail");
  v1::GatherRequest request = CallsTo({"Fail", "Fail"});
  request.mutable_policy()->set_mode(v1::MODE_PROPAGATE);
  const auto record = std::make_shared<StreamRecord>();
  connection_->StartStream(request, {}, record);
  ASSERT_TRUE(backend_.WaitForHeld(2));
  backend_.ReleaseCall(0);
  EXPECT_TRUE(record->AwaitEnd().ok());
  ASSERT_EQ(record->outcomes().size(), 2);
  EXPECT_EQ(record->outcomes()[1].disposition(), v1::DISPOSITION_DETACHED);
  backend_.Release("/test.Users/Fail");
  const DetachedFailure failure = late.get_future().get();
  EXPECT_EQ(failure.gather_id, record->summary()->gather_id());
  EXPECT_EQ(failure.index, record->outcomes()[1].index());
  EXPECT_EQ(failure.id, record->outcomes()[1].id());
  EXPECT_EQ(failure.target, "users");
  EXPECT_EQ(failure.method, "/test.Users/Fail");
  EXPECT_TRUE(absl::IsNotFound(failure.status));
  EXPECT_EQ(failure.status.message(), "no such user");
}

// semantics 29
TEST_F(EmbeddedStreamTest, TheConnectionsEndCancelsAndAwaitsWhatIsDetached) {
  std::vector<DetachedFailure> late;
  options_.on_detached_failure = [&](const DetachedFailure& failure) { late.push_back(failure); };
  Connect();
  v1::GatherRequest request = CallsTo({"Hang", "A"});
  request.mutable_calls(0)->set_shielded(true);
  request.mutable_policy()->set_mode(v1::MODE_RACE);
  const auto record = std::make_shared<StreamRecord>();
  connection_->StartStream(request, {}, record);
  EXPECT_TRUE(record->AwaitEnd().ok());
  ASSERT_EQ(record->outcomes().size(), 2);
  EXPECT_EQ(record->outcomes()[1].disposition(), v1::DISPOSITION_DETACHED);
  connection_.reset();
  ASSERT_EQ(late.size(), 1);
  EXPECT_TRUE(absl::IsCancelled(late[0].status));
  EXPECT_TRUE(backend_.WaitForIdle());
}

// semantics 29
TEST_F(EmbeddedStreamTest, OverTheDetachLimitPropagateIsRefused) {
  options_.max_detached = 0;
  Connect();
  v1::GatherRequest request = CallsTo({"A"});
  request.mutable_policy()->set_mode(v1::MODE_PROPAGATE);
  const auto record = std::make_shared<StreamRecord>();
  connection_->StartStream(request, {}, record);
  const absl::Status status = record->AwaitEnd();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_TRUE(IsRefusal(status));
}

}  // namespace
}  // namespace gather::internal
