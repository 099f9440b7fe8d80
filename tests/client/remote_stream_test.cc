#include "gather/remote_stream.h"

#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <latch>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "gather/connection.h"
#include "gather/options.h"
#include "gather/refusal.h"
#include "gather/remote_connection.h"
#include "gather/v1/gather.pb.h"
#include "tests/client/gather_service_fake.h"
#include "tests/client/stream_record.h"
#include "tests/support/scripted_socket.h"
#include "tests/support/socket_scripts.h"

namespace gather::internal {
namespace {

using ::gather::test::GatherServiceFake;
using ::gather::test::ScriptedSocket;
using ::gather::test::StreamRecord;
using Events = GatherServiceFake::Events;

GatherServiceFake::Handlers Streams(GatherServiceFake::StreamHandler handler) {
  return {.gather = nullptr, .as_completed = std::move(handler), .task_group = nullptr};
}

void SendOutcome(Events& events, std::uint32_t index, std::string response = "") {
  v1::GatherEvent event;
  event.mutable_outcome()->set_index(index);
  event.mutable_outcome()->set_response(std::move(response));
  events.Write(event);
}

void SendSummary(Events& events, const std::string& gather_id) {
  v1::GatherEvent event;
  event.mutable_summary()->set_gather_id(gather_id);
  events.Write(event);
}

// Blocks until the server sees that its caller has gone.
grpc::Status AwaitCancel(const grpc::ServerContext& context) {
  std::latch cancelled(1);
  const std::stop_callback on_cancel(Options::FromServerContext(context).cancellation,
                                     [&] { cancelled.count_down(); });
  cancelled.wait();
  return grpc::Status::CANCELLED;
}

// semantics 38
TEST(RemoteStreamTest, BringsEveryOutcomeThenTheSummaryThenTheStatus) {
  GatherServiceFake server(
      Streams([](grpc::ServerContext&, const v1::GatherRequest& request, Events& events) {
        SendOutcome(events, 1, "b");
        SendOutcome(events, 0, "a");
        SendSummary(events, request.label());
        return grpc::Status::OK;
      }));
  const auto connection = ConnectTo(server.address(), {});
  v1::GatherRequest request;
  request.set_label("hello");
  const auto record = std::make_shared<StreamRecord>();
  connection->StartStream(request, {}, record);
  EXPECT_TRUE(record->AwaitEnd().ok());
  ASSERT_EQ(record->outcomes().size(), 2);
  EXPECT_EQ(record->outcomes()[0].index(), 1);
  EXPECT_EQ(record->outcomes()[1].response(), "a");
  ASSERT_TRUE(record->summary().has_value());
  EXPECT_EQ(record->summary()->gather_id(), "hello");
}

TEST(RemoteStreamTest, TellsTheSinkOnTheWorkerThread) {
  GatherServiceFake server(
      Streams([](grpc::ServerContext&, const v1::GatherRequest&, Events& events) {
        SendOutcome(events, 0);
        return grpc::Status::OK;
      }));
  const auto connection = ConnectTo(server.address(), {});
  std::promise<bool> on_worker;
  const auto record = std::make_shared<StreamRecord>(
      [&](const v1::Outcome&) { on_worker.set_value(connection->OnWorkerThread()); });
  connection->StartStream({}, {}, record);
  EXPECT_TRUE(on_worker.get_future().get());
  EXPECT_TRUE(record->AwaitEnd().ok());
}

TEST(RemoteStreamTest, StatusDetailsBecomePayloads) {
  GatherServiceFake server(Streams([](grpc::ServerContext&, const v1::GatherRequest&, Events&) {
    v1::ErrorInfo info;
    info.set_reason("BAD_POLICY");
    info.set_domain("gather.v1");
    v1::Status details;
    google::protobuf::Any* detail = details.add_details();
    detail->set_type_url(std::string(kErrorInfoUrl));
    detail->set_value(info.SerializeAsString());
    return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "policy: wrong",
                        details.SerializeAsString());
  }));
  const auto connection = ConnectTo(server.address(), {});
  const auto record = std::make_shared<StreamRecord>();
  connection->StartStream({}, {}, record);
  const absl::Status status = record->AwaitEnd();
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_EQ(status.message(), "policy: wrong");
  EXPECT_TRUE(IsRefusal(status));
  EXPECT_FALSE(record->summary().has_value());
}

TEST(RemoteStreamTest, SendsDeadlineAndMetadataAndKeepsTimeForTheAnswer) {
  std::string traceparent;
  std::chrono::nanoseconds left{};
  v1::GatherRequest seen;
  GatherServiceFake server(
      Streams([&](grpc::ServerContext& context, const v1::GatherRequest& request, Events&) {
        const auto entry = context.client_metadata().find("traceparent");
        traceparent = std::string(entry->second.data(), entry->second.size());
        left = context.deadline() - std::chrono::system_clock::now();
        seen = request;
        return grpc::Status::OK;
      }));
  const auto connection = ConnectTo(server.address(), {});
  const GatherContext context{std::chrono::steady_clock::now() + std::chrono::seconds(60),
                              {{"traceparent", "00-1-2-01"}}};
  const auto record = std::make_shared<StreamRecord>();
  connection->StartStream({}, context, record);
  EXPECT_TRUE(record->AwaitEnd().ok());
  EXPECT_EQ(traceparent, "00-1-2-01");
  EXPECT_LE(left, std::chrono::seconds(61));
  EXPECT_GT(left, std::chrono::seconds(30));
  EXPECT_LT(seen.timeout().seconds(), 60);
  EXPECT_GT(seen.timeout().seconds(), 30);
}

// semantics 41
TEST(RemoteStreamTest, WhilePausedNothingMoreIsReadAndNothingIsLost) {
  std::latch sent(1);
  GatherServiceFake server(
      {.gather = [](grpc::ServerContext&, const v1::GatherRequest&,
                    v1::GatherResponse*) { return grpc::Status::OK; },
       .as_completed =
           [&](grpc::ServerContext&, const v1::GatherRequest&, Events& events) {
             SendOutcome(events, 0);
             SendOutcome(events, 1);
             sent.count_down();
             SendSummary(events, "x");
             return grpc::Status::OK;
           },
       .task_group = nullptr});
  const auto connection = ConnectTo(server.address(), {});
  std::promise<PendingStream*> handle;
  const auto record = std::make_shared<StreamRecord>(
      [pending = handle.get_future().share()](const v1::Outcome& outcome) {
        if (outcome.index() == 0) pending.get()->Pause(true);
      });
  const auto stream = connection->StartStream({}, {}, record);
  handle.set_value(stream.get());
  record->AwaitOutcomes(1);
  sent.wait();
  // Its answer comes over the same connection, after what the stream has been sent.
  std::promise<void> answered;
  connection->StartGather({}, {}, [&](const Connection::Response&) { answered.set_value(); });
  answered.get_future().get();
  EXPECT_EQ(record->outcomes().size(), 1);
  stream->Pause(false);
  EXPECT_TRUE(record->AwaitEnd().ok());
  EXPECT_EQ(record->outcomes().size(), 2);
  EXPECT_TRUE(record->summary().has_value());
}

TEST(RemoteStreamTest, PausedBeforeItHasBegunItWaits) {
  GatherServiceFake server(
      Streams([](grpc::ServerContext&, const v1::GatherRequest&, Events& events) {
        SendOutcome(events, 0);
        return grpc::Status::OK;
      }));
  const auto connection = ConnectTo(server.address(), {});
  const auto record = std::make_shared<StreamRecord>();
  const auto stream = connection->StartStream({}, {}, record);
  stream->Pause(true);
  stream->Pause(true);
  stream->Pause(false);
  stream->Pause(false);
  EXPECT_TRUE(record->AwaitEnd().ok());
  EXPECT_EQ(record->outcomes().size(), 1);
}

// semantics 53
TEST(RemoteStreamTest, CancelRightAfterTheStartEndsIt) {
  GatherServiceFake server(Streams([](grpc::ServerContext& context, const v1::GatherRequest&,
                                      Events&) { return AwaitCancel(context); }));
  const auto connection = ConnectTo(server.address(), {});
  const auto record = std::make_shared<StreamRecord>();
  connection->StartStream({}, {}, record)->Cancel();
  EXPECT_TRUE(absl::IsCancelled(record->AwaitEnd()));
}

// semantics 40, 51, 52
TEST(RemoteStreamTest, CancelReachesTheServerAndMayBeRepeated) {
  std::latch cancelled(1);
  GatherServiceFake server(
      Streams([&](grpc::ServerContext& context, const v1::GatherRequest&, Events& events) {
        SendOutcome(events, 0);
        grpc::Status status = AwaitCancel(context);
        cancelled.count_down();
        return status;
      }));
  auto connection = ConnectTo(server.address(), {});
  const auto record = std::make_shared<StreamRecord>();
  const auto stream = connection->StartStream({}, {}, record);
  record->AwaitOutcomes(1);
  stream->Cancel();
  stream->Cancel();
  EXPECT_TRUE(absl::IsCancelled(record->AwaitEnd()));
  cancelled.wait();
  stream->Cancel();
  stream->Pause(true);
  connection.reset();
  stream->Cancel();
  stream->Pause(false);
}

TEST(RemoteStreamTest, APausedStreamCanBeCancelled) {
  GatherServiceFake server(
      Streams([&](grpc::ServerContext& context, const v1::GatherRequest&, Events& events) {
        SendOutcome(events, 0);
        return AwaitCancel(context);
      }));
  const auto connection = ConnectTo(server.address(), {});
  const auto record = std::make_shared<StreamRecord>();
  const auto stream = connection->StartStream({}, {}, record);
  record->AwaitOutcomes(1);
  stream->Pause(true);
  stream->Cancel();
  EXPECT_TRUE(absl::IsCancelled(record->AwaitEnd()));
}

TEST(RemoteStreamTest, TheConnectionsEndCancelsAStreamThatIsPaused) {
  GatherServiceFake server(
      Streams([&](grpc::ServerContext& context, const v1::GatherRequest&, Events& events) {
        SendOutcome(events, 0);
        return AwaitCancel(context);
      }));
  auto connection = ConnectTo(server.address(), {});
  const auto record = std::make_shared<StreamRecord>();
  const auto stream = connection->StartStream({}, {}, record);
  record->AwaitOutcomes(1);
  stream->Pause(true);
  connection.reset();
  ASSERT_TRUE(record->ended());
  EXPECT_TRUE(absl::IsCancelled(record->AwaitEnd()));
}

TEST(RemoteStreamTest, TheConnectionsEndCancelsAStreamThatIsFlowing) {
  GatherServiceFake server(
      Streams([&](grpc::ServerContext& context, const v1::GatherRequest&, Events& events) {
        while (!context.IsCancelled()) SendOutcome(events, 0, std::string(1000, 'x'));
        return grpc::Status::OK;
      }));
  auto connection = ConnectTo(server.address(), {});
  const auto record = std::make_shared<StreamRecord>();
  connection->StartStream({}, {}, record);
  record->AwaitOutcomes(100);
  connection.reset();
  ASSERT_TRUE(record->ended());
  EXPECT_TRUE(absl::IsCancelled(record->AwaitEnd()));
}

TEST(RemoteStreamTest, WhatASinkStartsWhileTheConnectionEndsIsCancelled) {
  GatherServiceFake server(
      {.gather = [](grpc::ServerContext& context, const v1::GatherRequest&,
                    v1::GatherResponse*) { return AwaitCancel(context); },
       .as_completed =
           [](grpc::ServerContext& context, const v1::GatherRequest&, Events& events) {
             SendOutcome(events, 0);
             return AwaitCancel(context);
           },
       .task_group = nullptr});
  std::unique_ptr<Connection> connection = ConnectTo(server.address(), {});
  Connection* const ending = connection.get();
  class Restarter final : public StreamSink {
   public:
    explicit Restarter(Connection* connection) : connection_(connection) {}
    void OnOpened(std::string /*gather_id*/) override {}
    void OnOutcome(v1::Outcome /*outcome*/) override { began.count_down(); }
    void OnSummary(v1::Summary /*summary*/) override {}
    void OnEnd(absl::Status /*status*/) override {
      connection_->StartGather({}, {}, [this](const Connection::Response& response) {
        answer.set_value(response.status());
      });
      connection_->RunOnWorker([this] { worked.count_down(); });
    }

    std::latch began{1};
    std::latch worked{1};
    std::promise<absl::Status> answer;

   private:
    Connection* const connection_;
  };
  const auto sink = std::make_shared<Restarter>(ending);
  connection->StartStream({}, {}, sink);
  sink->began.wait();
  connection.reset();
  EXPECT_TRUE(sink->worked.try_wait());
  EXPECT_TRUE(absl::IsCancelled(sink->answer.get_future().get()));
}

TEST(RemoteStreamTest, AnUnreachableServerIsUnavailable) {
  const auto connection = ConnectTo("127.0.0.1:1", {});
  const auto record = std::make_shared<StreamRecord>();
  connection->StartStream({}, {}, record);
  EXPECT_TRUE(absl::IsUnavailable(record->AwaitEnd()));
}

TEST(RemoteStreamTest, AServerThatDiesIsUnavailable) {
  ScriptedSocket server(test::ResetAfterRequest());
  const auto connection = ConnectTo(server.address(), {});
  const auto record = std::make_shared<StreamRecord>();
  connection->StartStream({}, {}, record);
  EXPECT_TRUE(absl::IsUnavailable(record->AwaitEnd()));
}

}  // namespace
}  // namespace gather::internal
