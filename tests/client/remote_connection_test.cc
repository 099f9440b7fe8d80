#include "gather/remote_connection.h"

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
#include "gather/client_options.h"
#include "gather/connection.h"
#include "gather/options.h"
#include "gather/refusal.h"
#include "gather/v1/gather.pb.h"
#include "tests/client/gather_service_fake.h"

namespace gather::internal {
namespace {

using ::gather::test::GatherServiceFake;

// Blocks until the server sees that its caller has gone.
grpc::Status AwaitCancel(const grpc::ServerContext& context) {
  std::latch cancelled(1);
  const std::stop_callback on_cancel(Options::FromServerContext(context).cancellation,
                                     [&] { cancelled.count_down(); });
  cancelled.wait();
  return grpc::Status::CANCELLED;
}

std::future<Connection::Response> Start(Connection* connection, v1::GatherRequest request = {},
                                        const GatherContext& context = {}) {
  auto promise = std::make_shared<std::promise<Connection::Response>>();
  connection->StartGather(std::move(request), context, [promise](Connection::Response response) {
    promise->set_value(std::move(response));
  });
  return promise->get_future();
}

TEST(RemoteConnectionTest, BringsTheRequestThereAndTheResponseBack) {
  GatherServiceFake server(
      [](grpc::ServerContext&, const v1::GatherRequest& request, v1::GatherResponse* response) {
        response->mutable_summary()->set_gather_id(request.label());
        return grpc::Status::OK;
      });
  const auto connection = ConnectTo(server.address(), {});
  v1::GatherRequest request;
  request.set_label("hello");
  const Connection::Response response = Start(connection.get(), request).get();
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ((*response)->summary().gather_id(), "hello");
}

TEST(RemoteConnectionTest, AnswersOnTheWorkerThread) {
  GatherServiceFake server([](grpc::ServerContext&, const v1::GatherRequest&, v1::GatherResponse*) {
    return grpc::Status::OK;
  });
  const auto connection = ConnectTo(server.address(), {});
  EXPECT_FALSE(connection->OnWorkerThread());
  std::promise<bool> on_worker;
  connection->StartGather({}, {}, [&](const Connection::Response&) {
    on_worker.set_value(connection->OnWorkerThread());
  });
  EXPECT_TRUE(on_worker.get_future().get());
}

TEST(RemoteConnectionTest, RunsWorkOnTheWorkerThread) {
  const auto connection = ConnectTo("127.0.0.1:1", {});
  std::promise<bool> on_worker;
  connection->RunOnWorker([&] { on_worker.set_value(connection->OnWorkerThread()); });
  EXPECT_TRUE(on_worker.get_future().get());
}

TEST(RemoteConnectionTest, TakesAnswersOverGrpcsDefaultLimit) {
  GatherServiceFake server(
      [](grpc::ServerContext&, const v1::GatherRequest&, v1::GatherResponse* response) {
        response->add_outcomes()->set_response(std::string(8 << 20, 'x'));
        return grpc::Status::OK;
      });
  const auto connection = ConnectTo(server.address(), {});
  const Connection::Response response = Start(connection.get()).get();
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ((*response)->outcomes(0).response().size(), 8 << 20);
}

TEST(RemoteConnectionTest, RefusesAnswersOverTheLimitThatWasSet) {
  GatherServiceFake server(
      [](grpc::ServerContext&, const v1::GatherRequest&, v1::GatherResponse* response) {
        response->add_outcomes()->set_response(std::string(3 << 20, 'x'));
        return grpc::Status::OK;
      });
  ClientOptions options;
  options.max_response_bytes = 1 << 20;
  const auto connection = ConnectTo(server.address(), options);
  EXPECT_TRUE(absl::IsResourceExhausted(Start(connection.get()).get().status()));
}

TEST(RemoteConnectionTest, StatusDetailsBecomePayloads) {
  GatherServiceFake server([](grpc::ServerContext&, const v1::GatherRequest&, v1::GatherResponse*) {
    v1::ErrorInfo info;
    info.set_reason("BAD_POLICY");
    info.set_domain("gather.v1");
    v1::Status details;
    google::protobuf::Any* detail = details.add_details();
    detail->set_type_url(std::string(kErrorInfoUrl));
    detail->set_value(info.SerializeAsString());
    return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "policy: wrong",
                        details.SerializeAsString());
  });
  const auto connection = ConnectTo(server.address(), {});
  const absl::Status status = Start(connection.get()).get().status();
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_EQ(status.message(), "policy: wrong");
  EXPECT_TRUE(IsRefusal(status));
}

TEST(RemoteConnectionTest, SendsDeadlineAndMetadata) {
  std::string traceparent;
  std::chrono::nanoseconds left{};
  GatherServiceFake server(
      [&](grpc::ServerContext& context, const v1::GatherRequest&, v1::GatherResponse*) {
        const auto entry = context.client_metadata().find("traceparent");
        traceparent = std::string(entry->second.data(), entry->second.size());
        left = context.deadline() - std::chrono::system_clock::now();
        return grpc::Status::OK;
      });
  const auto connection = ConnectTo(server.address(), {});
  const GatherContext context{std::chrono::steady_clock::now() + std::chrono::seconds(60),
                              {{"traceparent", "00-1-2-01"}}};
  ASSERT_TRUE(Start(connection.get(), {}, context).get().ok());
  EXPECT_EQ(traceparent, "00-1-2-01");
  EXPECT_LE(left, std::chrono::seconds(61));
  EXPECT_GT(left, std::chrono::seconds(30));
}

TEST(RemoteConnectionTest, AnUnreachableServerIsUnavailable) {
  const auto connection = ConnectTo("127.0.0.1:1", {});
  EXPECT_TRUE(absl::IsUnavailable(Start(connection.get()).get().status()));
}

// semantics 51, 52
TEST(RemoteConnectionTest, CancelReachesTheServerAndMayBeRepeated) {
  std::latch arrived(1);
  std::latch cancelled(1);
  GatherServiceFake server(
      [&](grpc::ServerContext& context, const v1::GatherRequest&, v1::GatherResponse*) {
        arrived.count_down();
        grpc::Status status = AwaitCancel(context);
        cancelled.count_down();
        return status;
      });
  auto connection = ConnectTo(server.address(), {});
  std::promise<absl::Status> status;
  const auto pending = connection->StartGather(
      {}, {}, [&](const Connection::Response& response) { status.set_value(response.status()); });
  arrived.wait();
  pending->Cancel();
  pending->Cancel();
  EXPECT_TRUE(absl::IsCancelled(status.get_future().get()));
  cancelled.wait();
  pending->Cancel();
  connection.reset();
  pending->Cancel();
}

TEST(RemoteConnectionTest, ItsEndCancelsWhatIsPendingAndAnswersIt) {
  std::latch arrived(1);
  GatherServiceFake server(
      [&](grpc::ServerContext& context, const v1::GatherRequest&, v1::GatherResponse*) {
        arrived.count_down();
        return AwaitCancel(context);
      });
  auto connection = ConnectTo(server.address(), {});
  auto response = Start(connection.get());
  bool worked = false;
  arrived.wait();
  connection->RunOnWorker([&] { worked = true; });
  connection.reset();
  EXPECT_TRUE(absl::IsCancelled(response.get().status()));
  EXPECT_TRUE(worked);
}

}  // namespace
}  // namespace gather::internal
