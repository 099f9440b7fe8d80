#include "gather/remote_group.h"

#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>
#include <gtest/gtest.h>

#include <chrono>
#include <latch>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gather/connection.h"
#include "gather/remote_connection.h"
#include "gather/v1/gather.pb.h"
#include "tests/client/gather_service_fake.h"
#include "tests/client/stream_record.h"
#include "tests/support/scripted_peer.h"
#include "tests/support/scripted_socket.h"

namespace gather::internal {
namespace {

using ::gather::test::GatherServiceFake;
using ::gather::test::ScriptedPeer;
using ::gather::test::ScriptedSocket;
using ::gather::test::StreamRecord;
using Group = GatherServiceFake::Group;

GatherServiceFake::Handlers Groups(GatherServiceFake::GroupHandler handler) {
  return {.gather = nullptr, .as_completed = nullptr, .task_group = std::move(handler)};
}

v1::SubCall Call(std::string id, std::string request = "") {
  v1::SubCall call;
  call.set_id(std::move(id));
  call.set_request(std::move(request));
  return call;
}

void SendOpened(Group& group) {
  v1::TaskGroupResponse response;
  response.mutable_opened()->set_gather_id("g");
  group.Write(response);
}

void SendOutcome(Group& group, const std::string& id) {
  v1::TaskGroupResponse response;
  response.mutable_outcome()->set_id(id);
  group.Write(response);
}

void SendSummary(Group& group) {
  v1::TaskGroupResponse response;
  response.mutable_summary()->set_gather_id("g");
  group.Write(response);
}

// Answers each add at once, and ends when it is joined.
grpc::Status EchoGroup(grpc::ServerContext&, Group& group) {
  v1::TaskGroupRequest message;
  while (group.Read(&message) && !message.has_join()) {
    if (message.has_open()) SendOpened(group);
    if (message.has_add()) SendOutcome(group, message.add().id());
  }
  SendSummary(group);
  return grpc::Status::OK;
}

// Never answers more than `opened`, and ends when its caller has gone.
grpc::Status HangingGroup(grpc::ServerContext&, Group& group) {
  v1::TaskGroupRequest message;
  while (group.Read(&message)) {
    if (message.has_open()) SendOpened(group);
  }
  return grpc::Status::CANCELLED;
}

// semantics 42, 43
TEST(RemoteGroupTest, SubCallsAreAddedInReactionToOutcomesAndJoined) {
  GatherServiceFake server(Groups(EchoGroup));
  const auto connection = ConnectTo(server.address(), {});
  std::shared_ptr<PendingGroup> group;
  const auto record = std::make_shared<StreamRecord>([&](const v1::Outcome& outcome) {
    if (outcome.id() == "a") group->Add(Call("b"));
    if (outcome.id() == "b") group->Join();
  });
  group = connection->StartGroup({}, {}, record);
  record->AwaitOpened();
  EXPECT_EQ(record->gather_id(), "g");
  group->Add(Call("a"));
  EXPECT_TRUE(record->AwaitEnd().ok());
  ASSERT_EQ(record->outcomes().size(), 2);
  EXPECT_EQ(record->outcomes()[1].id(), "b");
  EXPECT_TRUE(record->summary().has_value());
}

// semantics 45, 46
TEST(RemoteGroupTest, EverythingArrivesInTheOrderOfTheCalls) {
  std::vector<std::string> seen;
  GatherServiceFake server(Groups([&](grpc::ServerContext&, Group& group) {
    v1::TaskGroupRequest message;
    while (group.Read(&message)) {
      if (message.has_open()) seen.push_back(absl::StrCat("open ", message.open().label()));
      if (message.has_add()) seen.push_back(absl::StrCat("add ", message.add().id()));
      if (message.has_cancel()) seen.push_back(absl::StrCat("cancel ", message.cancel().id()));
      if (message.has_join()) seen.push_back("join");
      if (message.has_end_early()) break;
    }
    return grpc::Status::OK;
  }));
  const auto connection = ConnectTo(server.address(), {});
  v1::Open open;
  open.set_label("crawl");
  const auto record = std::make_shared<StreamRecord>();
  const auto group = connection->StartGroup(open, {}, record);
  group->Add(Call("a"));
  group->CancelCall("a");
  group->Add(Call("b"));
  group->Join();
  group->Add(Call("too late"));
  group->CancelCall("b");
  group->EndEarly();
  EXPECT_TRUE(record->AwaitEnd().ok());
  EXPECT_EQ(seen, (std::vector<std::string>{"open crawl", "add a", "cancel a", "add b", "join",
                                            "cancel b"}));
}

// semantics 50
TEST(RemoteGroupTest, AddsFromManyThreadsAllArrive) {
  GatherServiceFake server(Groups(EchoGroup));
  const auto connection = ConnectTo(server.address(), {});
  const auto record = std::make_shared<StreamRecord>();
  const auto group = connection->StartGroup({}, {}, record);
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&group, thread] {
      for (int i = 0; i < 250; ++i) group->Add(Call(absl::StrCat(thread, ".", i)));
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

TEST(RemoteGroupTest, OnlyADeadlineBoundsIt) {
  std::vector<v1::Open> seen;
  GatherServiceFake server(Groups([&](grpc::ServerContext&, Group& group) {
    v1::TaskGroupRequest message;
    group.Read(&message);
    seen.push_back(message.open());
    return grpc::Status::OK;
  }));
  const auto connection = ConnectTo(server.address(), {});
  for (const GatherContext& context :
       {GatherContext{},
        GatherContext{std::chrono::steady_clock::now() + std::chrono::seconds(60), {}}}) {
    const auto record = std::make_shared<StreamRecord>();
    connection->StartGroup({}, context, record);
    EXPECT_TRUE(record->AwaitEnd().ok());
  }
  ASSERT_EQ(seen.size(), 2);
  EXPECT_FALSE(seen[0].has_timeout());
  EXPECT_LT(seen[1].timeout().seconds(), 60);
  EXPECT_GT(seen[1].timeout().seconds(), 30);
}

// semantics 44
TEST(RemoteGroupTest, AServerThatEndsItWhileMuchIsStillToBeSentEndsIt) {
  GatherServiceFake server(Groups([&](grpc::ServerContext&, Group& group) {
    v1::TaskGroupRequest message;
    group.Read(&message);
    SendOpened(group);
    group.Read(&message);  // the first add; what follows is stopped by flow control
    SendOutcome(group, message.add().id());
    SendSummary(group);
    return grpc::Status(grpc::StatusCode::ABORTED, "decided");
  }));
  const auto connection = ConnectTo(server.address(), {});
  const auto record = std::make_shared<StreamRecord>();
  const auto group = connection->StartGroup({}, {}, record);
  for (int i = 0; i < 20; ++i) group->Add(Call(absl::StrCat(i), std::string(1 << 20, 'x')));
  EXPECT_TRUE(absl::IsAborted(record->AwaitEnd()));
  EXPECT_EQ(record->outcomes().size(), 1);
  EXPECT_TRUE(record->summary().has_value());
  group->Add(Call("late"));
  group->Join();
}

// semantics 41
TEST(RemoteGroupTest, WhilePausedItStillSends) {
  std::latch added(3);
  GatherServiceFake server(Groups([&](grpc::ServerContext&, Group& group) {
    v1::TaskGroupRequest message;
    while (group.Read(&message) && !message.has_join()) {
      if (!message.has_add()) continue;
      SendOutcome(group, message.add().id());
      added.count_down();
    }
    return grpc::Status::OK;
  }));
  const auto connection = ConnectTo(server.address(), {});
  const auto record = std::make_shared<StreamRecord>();
  const auto group = connection->StartGroup({}, {}, record);
  group->Pause(true);
  for (const char* id : {"a", "b", "c"}) group->Add(Call(id));
  group->Join();
  added.wait();
  group->Pause(false);
  EXPECT_TRUE(record->AwaitEnd().ok());
  EXPECT_EQ(record->outcomes().size(), 3);
}

// semantics 52, 53
TEST(RemoteGroupTest, CancelIsLegalRightAfterTheStartAndAfterTheEnd) {
  GatherServiceFake server(Groups(HangingGroup));
  auto connection = ConnectTo(server.address(), {});
  const auto record = std::make_shared<StreamRecord>();
  const auto group = connection->StartGroup({}, {}, record);
  group->Cancel();
  group->Add(Call("a"));
  EXPECT_TRUE(absl::IsCancelled(record->AwaitEnd()));
  group->Cancel();
  connection.reset();
  group->Cancel();
}

// semantics 51
TEST(RemoteGroupTest, CancelReachesTheServer) {
  std::latch cancelled(1);
  GatherServiceFake server(Groups([&](grpc::ServerContext& context, Group& group) {
    grpc::Status status = HangingGroup(context, group);
    cancelled.count_down();
    return status;
  }));
  const auto connection = ConnectTo(server.address(), {});
  const auto record = std::make_shared<StreamRecord>();
  const auto group = connection->StartGroup({}, {}, record);
  record->AwaitOpened();
  group->Add(Call("a"));
  group->Cancel();
  EXPECT_TRUE(absl::IsCancelled(record->AwaitEnd()));
  cancelled.wait();
}

TEST(RemoteGroupTest, TheConnectionsEndCancelsAnOpenGroupAndItsHandleStaysLegal) {
  GatherServiceFake server(Groups(HangingGroup));
  auto connection = ConnectTo(server.address(), {});
  const auto record = std::make_shared<StreamRecord>();
  const auto group = connection->StartGroup({}, {}, record);
  record->AwaitOpened();
  connection.reset();
  ASSERT_TRUE(record->ended());
  EXPECT_TRUE(absl::IsCancelled(record->AwaitEnd()));
  group->Add(Call("a"));
  group->CancelCall("a");
  group->EndEarly();
  group->Join();
  group->Pause(true);
  group->Pause(false);
  group->Cancel();
}

TEST(RemoteGroupTest, TheConnectionsEndDuringAddsFromAnotherThreadIsHarmless) {
  GatherServiceFake server(Groups(EchoGroup));
  auto connection = ConnectTo(server.address(), {});
  const auto record = std::make_shared<StreamRecord>();
  const auto group = connection->StartGroup({}, {}, record);
  std::thread adder([&] {
    for (int i = 0; i < 2000 && !record->ended(); ++i) {
      group->Add(Call(absl::StrCat(i)));
      group->Pause(i % 2 == 0);
    }
  });
  record->AwaitOutcomes(10);
  connection.reset();
  adder.join();
  EXPECT_TRUE(absl::IsCancelled(record->AwaitEnd()));
}

TEST(RemoteGroupTest, AnUnreachableServerIsUnavailable) {
  const auto connection = ConnectTo("127.0.0.1:1", {});
  const auto record = std::make_shared<StreamRecord>();
  const auto group = connection->StartGroup({}, {}, record);
  group->Add(Call("a"));
  EXPECT_TRUE(absl::IsUnavailable(record->AwaitEnd()));
  group->Add(Call("b"));
}

TEST(RemoteGroupTest, AServerThatDiesIsUnavailable) {
  ScriptedSocket server([](ScriptedPeer& peer) {
    peer.Handshake();
    peer.AwaitHeaders();
    peer.Reset();
  });
  const auto connection = ConnectTo(server.address(), {});
  const auto record = std::make_shared<StreamRecord>();
  const auto group = connection->StartGroup({}, {}, record);
  group->Add(Call("a"));
  EXPECT_TRUE(absl::IsUnavailable(record->AwaitEnd()));
}

}  // namespace
}  // namespace gather::internal
