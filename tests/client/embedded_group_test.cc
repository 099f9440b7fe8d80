#include "gather/embedded_group.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
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

v1::SubCall CallTo(const std::string& name, std::string id = "") {
  v1::SubCall call;
  call.set_target("users");
  call.set_method("/test.Users/" + name);
  call.set_id(std::move(id));
  return call;
}

class EmbeddedGroupTest : public ::testing::Test {
 protected:
  EmbeddedGroupTest() : backend_(ByName) {
    options_.targets = {{"users", backend_.address()}};
    open_.mutable_policy()->set_error_delivery(v1::ERROR_DELIVERY_AS_RESPONSE);
  }

  void Connect() { connection_ = *MakeEmbedded(options_); }

  std::unique_ptr<PendingGroup> Open(std::shared_ptr<StreamRecord> record) {
    return connection_->StartGroup(open_, {}, std::move(record));
  }

  TestBackend backend_;
  EmbeddedOptions options_;
  v1::Open open_;
  std::unique_ptr<Connection> connection_;
};

// semantics 42, 43
TEST_F(EmbeddedGroupTest, SubCallsAreAddedInReactionToOutcomesAndJoined) {
  Connect();
  std::shared_ptr<PendingGroup> group;
  const auto record = std::make_shared<StreamRecord>([&](const v1::Outcome& outcome) {
    if (outcome.id() == "a") group->Add(CallTo("B", "b"));
    if (outcome.id() == "b") group->Join();
  });
  group = Open(record);
  record->AwaitOpened();
  group->Add(CallTo("A", "a"));
  EXPECT_TRUE(record->AwaitEnd().ok());
  ASSERT_EQ(record->outcomes().size(), 2);
  EXPECT_EQ(record->outcomes()[1].id(), "b");
  EXPECT_EQ(record->outcomes()[1].index(), 1);
  ASSERT_TRUE(record->summary().has_value());
  EXPECT_EQ(record->summary()->gather_id(), record->gather_id());
  EXPECT_EQ(record->summary()->succeeded(), 2);
}

// semantics 50
TEST_F(EmbeddedGroupTest, AddsFromManyThreadsAreAllRun) {
  options_.workers = 2;
  Connect();
  const auto record = std::make_shared<StreamRecord>();
  const auto group = Open(record);
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&group, thread] {
      for (int i = 0; i < 250; ++i) group->Add(CallTo("A", absl::StrCat(thread, ".", i)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  group->Join();
  EXPECT_TRUE(record->AwaitEnd().ok());
  std::set<std::string> ids;
  for (const v1::Outcome& outcome : record->outcomes()) ids.insert(outcome.id());
  EXPECT_EQ(ids.size(), 1000);
  EXPECT_EQ(record->outcomes().size(), 1000);
}

// semantics 44
TEST_F(EmbeddedGroupTest, ADecisionEndsItWithoutJoin) {
  Connect();
  const auto record = std::make_shared<StreamRecord>();
  const auto group = Open(record);
  group->Add(CallTo("Hang", "slow"));
  group->Add(CallTo("Fail", "bad"));
  EXPECT_TRUE(record->AwaitEnd().ok());
  ASSERT_EQ(record->outcomes().size(), 2);
  EXPECT_EQ(record->outcomes()[0].id(), "bad");
  EXPECT_EQ(record->outcomes()[1].cause(), v1::CAUSE_SIBLING_FAILED);
  EXPECT_EQ(record->summary()->decision().verdict(), v1::VERDICT_FAILED);
  group->Add(CallTo("A", "late"));
  group->Join();
  connection_.reset();
  EXPECT_EQ(record->outcomes().size(), 2);
}

// semantics 45
TEST_F(EmbeddedGroupTest, EndEarlyCancelsTheRestAndKeepsWhatIsFinished) {
  Connect();
  const auto record = std::make_shared<StreamRecord>();
  const auto group = Open(record);
  group->Add(CallTo("A", "a"));
  group->Add(CallTo("Hang", "slow"));
  record->AwaitOutcomes(1);
  group->EndEarly();
  EXPECT_TRUE(record->AwaitEnd().ok());
  ASSERT_EQ(record->outcomes().size(), 2);
  EXPECT_EQ(record->outcomes()[0].disposition(), v1::DISPOSITION_SUCCEEDED);
  EXPECT_EQ(record->outcomes()[1].cause(), v1::CAUSE_GROUP_ENDED);
  EXPECT_EQ(record->summary()->decision().verdict(), v1::VERDICT_SATISFIED);
}

// semantics 43, 45, 46
TEST_F(EmbeddedGroupTest, WhatWasJoinedCanStillBeWithdrawnAndEndedEarly) {
  Connect();
  const auto record = std::make_shared<StreamRecord>();
  const auto group = Open(record);
  group->Add(CallTo("Hang", "one"));
  group->Add(CallTo("Hang", "two"));
  group->Join();
  group->CancelCall("one");
  record->AwaitOutcomes(1);
  group->EndEarly();
  EXPECT_TRUE(record->AwaitEnd().ok());
  ASSERT_EQ(record->outcomes().size(), 2);
  EXPECT_EQ(record->outcomes()[0].cause(), v1::CAUSE_OWN_HANDLE);
  EXPECT_EQ(record->outcomes()[1].cause(), v1::CAUSE_GROUP_ENDED);
}

// semantics 46
TEST_F(EmbeddedGroupTest, OneSubCallCanBeWithdrawnAndTheGroupGoesOn) {
  Connect();
  const auto record = std::make_shared<StreamRecord>();
  const auto group = Open(record);
  group->Add(CallTo("Hang", "slow"));
  group->CancelCall("nobody");
  group->CancelCall("slow");
  record->AwaitOutcomes(1);
  EXPECT_EQ(record->outcomes()[0].cause(), v1::CAUSE_OWN_HANDLE);
  group->Add(CallTo("A", "a"));
  group->Join();
  EXPECT_TRUE(record->AwaitEnd().ok());
  EXPECT_EQ(record->outcomes().size(), 2);
}

// semantics 47
TEST_F(EmbeddedGroupTest, AnAddThatAGatherWouldRefuseIsRejectedAndTheGroupGoesOn) {
  open_.mutable_policy()->set_mode(v1::MODE_COLLECT);
  Connect();
  const auto record = std::make_shared<StreamRecord>();
  const auto group = Open(record);
  v1::SubCall call = CallTo("A", "a");
  call.set_target("nobody");
  group->Add(call);
  group->Add(CallTo("B", "b"));
  group->Join();
  EXPECT_TRUE(record->AwaitEnd().ok());
  ASSERT_EQ(record->outcomes().size(), 2);
  EXPECT_EQ(record->outcomes()[0].disposition(), v1::DISPOSITION_REJECTED);
  EXPECT_EQ(record->outcomes()[1].disposition(), v1::DISPOSITION_SUCCEEDED);
}

// semantics 47
TEST_F(EmbeddedGroupTest, ADuplicateIdCancelsEverythingAndIsTheEnd) {
  Connect();
  const auto record = std::make_shared<StreamRecord>();
  const auto group = Open(record);
  group->Add(CallTo("Hang", "a"));
  ASSERT_TRUE(backend_.WaitForCalls(1));
  group->Add(CallTo("A", "a"));
  group->Add(CallTo("A", "b"));
  const absl::Status status = record->AwaitEnd();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_TRUE(IsRefusal(status));
  EXPECT_EQ(record->outcomes().size(), 0);
  EXPECT_FALSE(record->summary().has_value());
  EXPECT_TRUE(backend_.WaitForCancels(1));
  EXPECT_EQ(backend_.counts().calls, 1);
}

// semantics 43
TEST_F(EmbeddedGroupTest, JoinedWithTooFewSubCallsItEndsAsABadPolicy) {
  open_.mutable_policy()->set_mode(v1::MODE_ANY);
  Connect();
  const auto record = std::make_shared<StreamRecord>();
  Open(record)->Join();
  const absl::Status status = record->AwaitEnd();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_TRUE(IsRefusal(status));
  EXPECT_NE(record->gather_id(), "");
}

TEST_F(EmbeddedGroupTest, ARefusedOpenIsTheEnd) {
  open_.mutable_policy()->set_mode(v1::MODE_QUORUM);
  Connect();
  const auto record = std::make_shared<StreamRecord>();
  const auto group = Open(record);
  group->Add(CallTo("A"));
  const absl::Status status = record->AwaitEnd();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_TRUE(IsRefusal(status));
  EXPECT_EQ(record->gather_id(), "");
}

TEST_F(EmbeddedGroupTest, AnAddOverTheRequestBoundIsTheEnd) {
  options_.max_request_bytes = 100;
  Connect();
  const auto record = std::make_shared<StreamRecord>();
  const auto group = Open(record);
  v1::SubCall call = CallTo("A");
  call.set_request(std::string(200, 'x'));
  group->Add(call);
  const absl::Status status = record->AwaitEnd();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_TRUE(IsRefusal(status));
}

// semantics 41
TEST_F(EmbeddedGroupTest, WhilePausedNothingIsStartedAndNothingIsLost) {
  Connect();
  const auto record = std::make_shared<StreamRecord>();
  const auto group = Open(record);
  group->Pause(true);
  group->Add(CallTo("A", "a"));
  group->Add(CallTo("B", "b"));
  group->Join();
  // This one comes after them, and overtakes them.
  const auto other = std::make_shared<StreamRecord>();
  const auto other_group = Open(other);
  other_group->Add(CallTo("Other"));
  other_group->Join();
  EXPECT_TRUE(other->AwaitEnd().ok());
  EXPECT_EQ(backend_.counts().calls, 1);
  group->Pause(false);
  EXPECT_TRUE(record->AwaitEnd().ok());
  EXPECT_EQ(record->outcomes().size(), 2);
}

// semantics 51, 52
TEST_F(EmbeddedGroupTest, CancelReachesTheBackendAndMayBeRepeated) {
  Connect();
  const auto record = std::make_shared<StreamRecord>();
  const auto group = Open(record);
  group->Add(CallTo("Hang"));
  ASSERT_TRUE(backend_.WaitForCalls(1));
  group->Cancel();
  group->Cancel();
  EXPECT_TRUE(absl::IsCancelled(record->AwaitEnd()));
  ASSERT_EQ(record->outcomes().size(), 1);
  EXPECT_EQ(record->outcomes()[0].cause(), v1::CAUSE_CALLER);
  EXPECT_TRUE(backend_.WaitForCancels(1));
  group->Cancel();
}

TEST_F(EmbeddedGroupTest, TheConnectionsEndCancelsAnOpenGroupAndItsHandleStaysLegal) {
  Connect();
  const auto record = std::make_shared<StreamRecord>();
  const auto group = Open(record);
  group->Add(CallTo("Hang"));
  ASSERT_TRUE(backend_.WaitForCalls(1));
  connection_.reset();
  ASSERT_TRUE(record->ended());
  EXPECT_TRUE(absl::IsCancelled(record->AwaitEnd()));
  EXPECT_EQ(record->outcomes().size(), 1);
  group->Add(CallTo("A"));
  group->CancelCall("0");
  group->EndEarly();
  group->Join();
  group->Pause(true);
  group->Pause(false);
  group->Cancel();
}

TEST_F(EmbeddedGroupTest, TheConnectionsEndDuringAddsFromAnotherThreadIsHarmless) {
  Connect();
  const auto record = std::make_shared<StreamRecord>();
  const auto group = Open(record);
  std::thread adder([&] {
    for (int i = 0; i < 2000 && !record->ended(); ++i) {
      group->Add(CallTo("A"));
      group->Pause(i % 2 == 0);
    }
  });
  record->AwaitOutcomes(10);
  connection_.reset();
  adder.join();
  EXPECT_TRUE(absl::IsCancelled(record->AwaitEnd()));
}

}  // namespace
}  // namespace gather::internal
