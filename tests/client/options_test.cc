#include "gather/options.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <future>
#include <latch>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gather/v1/gather.grpc.pb.h"
#include "gather/v1/gather.pb.h"
#include "tests/client/gather_service_fake.h"

namespace gather {
namespace {

using ::gather::test::GatherServiceFake;
using Metadata = std::vector<std::pair<std::string, std::string>>;

grpc::Status CallGather(const std::string& address, grpc::ClientContext* context) {
  const auto stub =
      v1::GatherService::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  v1::GatherResponse response;
  return stub->Gather(context, v1::GatherRequest(), &response);
}

// What a handler of a call with that context gets.
Options OptionsInHandler(grpc::ClientContext* context) {
  Options options;
  GatherServiceFake server(
      [&](grpc::ServerContext& handler_context, const v1::GatherRequest&, v1::GatherResponse*) {
        options = Options::FromServerContext(handler_context);
        return grpc::Status::OK;
      });
  EXPECT_TRUE(CallGather(server.address(), context).ok());
  return options;
}

TEST(OptionsTest, FromServerContextTakesOverTheDeadline) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  const Options options = OptionsInHandler(&context);
  ASSERT_TRUE(options.deadline.has_value());
  const auto left = *options.deadline - std::chrono::steady_clock::now();
  EXPECT_LE(left, std::chrono::seconds(61));
  EXPECT_GT(left, std::chrono::seconds(30));
}

TEST(OptionsTest, FromServerContextOfACallWithoutDeadlineHasNone) {
  grpc::ClientContext context;
  EXPECT_EQ(OptionsInHandler(&context).deadline, std::nullopt);
}

TEST(OptionsTest, FromServerContextTakesOverTheTraceContextAndNothingElse) {
  grpc::ClientContext context;
  context.AddMetadata("traceparent", "00-1-2-01");
  context.AddMetadata("tracestate", "a=1");
  context.AddMetadata("authorization", "secret");
  const Options options = OptionsInHandler(&context);
  EXPECT_EQ(options.metadata, (Metadata{{"traceparent", "00-1-2-01"}, {"tracestate", "a=1"}}));
  EXPECT_EQ(options.defaults.description().rest().metadata_size(), 0);
}

// semantics 51
TEST(OptionsTest, FromServerContextStopsWhenTheCallIsCancelled) {
  std::latch taken(1);
  std::latch stopped(1);
  GatherServiceFake server(
      [&](grpc::ServerContext& context, const v1::GatherRequest&, v1::GatherResponse*) {
        const Options options = Options::FromServerContext(context);
        EXPECT_FALSE(options.cancellation.stop_requested());
        const std::stop_callback on_stop(options.cancellation, [&] { stopped.count_down(); });
        taken.count_down();
        stopped.wait();
        return grpc::Status::OK;
      });
  grpc::ClientContext context;
  std::thread caller([&] { CallGather(server.address(), &context); });
  taken.wait();
  context.TryCancel();
  stopped.wait();
  caller.join();
}

TEST(OptionsTest, FromServerContextStopsWhenTheCallEnds) {
  grpc::ClientContext context;
  const Options options = OptionsInHandler(&context);
  std::latch stopped(1);
  const std::stop_callback on_stop(options.cancellation, [&] { stopped.count_down(); });
  stopped.wait();
}

// A service of the callback API, whose context is of another type.
class CallbackService final : public v1::GatherService::CallbackService {
 public:
  grpc::ServerUnaryReactor* Gather(grpc::CallbackServerContext* context, const v1::GatherRequest*,
                                   v1::GatherResponse*) override {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    finish = [reactor] { reactor->Finish(grpc::Status::OK); };
    options.set_value(Options::FromServerContext(*context));
    return reactor;
  }

  std::promise<Options> options;
  std::function<void()> finish;
};

TEST(OptionsTest, FromServerContextServesTheCallbackApi) {
  CallbackService service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  grpc::ClientContext context;
  std::thread caller([&] { CallGather("127.0.0.1:" + std::to_string(port), &context); });
  const Options options = service.options.get_future().get();
  context.TryCancel();
  std::latch stopped(1);
  const std::stop_callback on_stop(options.cancellation, [&] { stopped.count_down(); });
  stopped.wait();
  service.finish();
  caller.join();
  server->Shutdown();
}

}  // namespace
}  // namespace gather
