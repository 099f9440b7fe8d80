#include "gather/embedded_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gather/client_options.h"
#include "gather/connection.h"
#include "gather/refusal.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {
namespace {

using ::testing::HasSubstr;

EmbeddedOptions WithTarget() {
  EmbeddedOptions options;
  options.targets = {{"users", "127.0.0.1:1"}};
  return options;
}

Connection::Response AnswerOf(Connection* connection, v1::GatherRequest request) {
  std::promise<Connection::Response> response;
  connection->StartGather(std::move(request), {}, [&](Connection::Response answer) {
    response.set_value(std::move(answer));
  });
  return response.get_future().get();
}

TEST(EmbeddedConnectionTest, AnswersOnTheWorkerThread) {
  const auto connection = *MakeEmbedded(WithTarget());
  EXPECT_FALSE(connection->OnWorkerThread());
  std::promise<bool> on_worker;
  connection->StartGather({}, {}, [&](const Connection::Response& response) {
    on_worker.set_value(response.ok() && connection->OnWorkerThread());
  });
  EXPECT_TRUE(on_worker.get_future().get());
}

TEST(EmbeddedConnectionTest, RunsWorkOnAWorkerThread) {
  EmbeddedOptions options = WithTarget();
  options.workers = 2;
  const auto connection = *MakeEmbedded(options);
  for (int i = 0; i < 4; ++i) {
    std::promise<bool> on_worker;
    connection->RunOnWorker([&] { on_worker.set_value(connection->OnWorkerThread()); });
    EXPECT_TRUE(on_worker.get_future().get());
  }
}

TEST(EmbeddedConnectionTest, ARefusalIsTheGathersStatus) {
  const auto connection = *MakeEmbedded(WithTarget());
  v1::GatherRequest request;
  request.add_calls()->set_target("nobody");
  request.mutable_calls(0)->set_method("/demo.Users/Get");
  const Connection::Response response = AnswerOf(connection.get(), request);
  EXPECT_TRUE(absl::IsNotFound(response.status())) << response.status();
  EXPECT_TRUE(IsRefusal(response.status()));
}

TEST(EmbeddedConnectionTest, RefusesARequestOverItsBound) {
  EmbeddedOptions options = WithTarget();
  options.max_request_bytes = 100;
  const auto connection = *MakeEmbedded(options);
  v1::GatherRequest request;
  request.add_calls()->set_request(std::string(200, 'x'));
  const Connection::Response response = AnswerOf(connection.get(), request);
  EXPECT_TRUE(absl::IsResourceExhausted(response.status())) << response.status();
  EXPECT_TRUE(IsRefusal(response.status()));
}

TEST(EmbeddedConnectionTest, RefusesOptionsThatMakeNoSenseAndNamesThem) {
  const auto refusal = [](const EmbeddedOptions& options) {
    const absl::Status status = MakeEmbedded(options).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    return std::string(status.message());
  };
  EmbeddedOptions options;
  options.workers = 0;
  EXPECT_THAT(refusal(options), HasSubstr("workers"));
  options = EmbeddedOptions();
  options.max_calls = 0;
  EXPECT_THAT(refusal(options), HasSubstr("max_calls"));
  options = EmbeddedOptions();
  options.max_concurrency = 0;
  EXPECT_THAT(refusal(options), HasSubstr("max_concurrency"));
  options = EmbeddedOptions();
  options.default_timeout = absl::ZeroDuration();
  EXPECT_THAT(refusal(options), HasSubstr("default_timeout"));
  options = EmbeddedOptions();
  options.max_timeout = absl::InfiniteDuration();
  EXPECT_THAT(refusal(options), HasSubstr("max_timeout"));
  options = EmbeddedOptions();
  options.detached_timeout = absl::ZeroDuration();
  EXPECT_THAT(refusal(options), HasSubstr("detached_timeout"));
  options = EmbeddedOptions();
  options.targets = {{"127.0.0.1:5001", "127.0.0.1:5001"}};
  EXPECT_THAT(refusal(options), HasSubstr("127.0.0.1:5001"));
}

}  // namespace
}  // namespace gather::internal
