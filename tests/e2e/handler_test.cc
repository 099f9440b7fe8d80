#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "gather/gather.h"
#include "gather/v1/gather.grpc.pb.h"
#include "gather/v1/gather.pb.h"
#include "tests/client/gather_service_fake.h"
#include "tests/e2e/door_test.h"
#include "tests/support/behavior.h"
#include "tests/support/call_ledger.h"

// A gather made inside the handler of another RPC shares that RPC's fate.
namespace gather::test {
namespace {

class HandlerTest : public DoorTest {
 protected:
  // Calls a service whose handler gathers one call of `method`, and waits for the handler's end.
  absl::Status GatherInHandler(const std::string& method, grpc::ClientContext* context) {
    absl::Status gathered;
    {
      GatherServiceFake service(
          [&](grpc::ServerContext& handler_context, const v1::GatherRequest&, v1::GatherResponse*) {
            const Options options = Options::FromServerContext(handler_context);
            gathered = Gather(client(), options, CallTo(method)).status();
            return grpc::Status::OK;
          });
      const auto stub = v1::GatherService::NewStub(
          grpc::CreateChannel(service.address(), grpc::InsecureChannelCredentials()));
      v1::GatherResponse response;
      stub->Gather(context, v1::GatherRequest(), &response);
    }
    return gathered;
  }
};
INSTANTIATE_TEST_SUITE_P(Doors, HandlerTest, BothDoors(), DoorName());

// semantics 51
TEST_P(HandlerTest, ACancelOfTheCallReachesTheBackends) {
  Answer("Slow", Hang());
  grpc::ClientContext context;
  std::thread caller([&] {
    EXPECT_TRUE(backend().WaitForCalls(1));
    context.TryCancel();
  });
  const absl::Status status = GatherInHandler("Slow", &context);
  EXPECT_TRUE(absl::IsCancelled(status)) << status;
  caller.join();
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 63, 68
TEST_P(HandlerTest, TheCallsDeadlineBoundsTheGather) {
  Answer("Slow", Hang());
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(500));
  const absl::Status status = GatherInHandler("Slow", &context);
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
}

TEST_P(HandlerTest, TheTraceContextReachesTheBackends) {
  grpc::ClientContext context;
  context.AddMetadata("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  EXPECT_TRUE(GatherInHandler("Name", &context).ok());
  const CallRecord record = backend().records().at(0);
  const std::string* const seen = FindMetadata(record.call, "traceparent");
  ASSERT_NE(seen, nullptr);
  EXPECT_EQ(seen->substr(0, 36), "00-0af7651916cd43dd8448eb211c80319c-") << *seen;
  EXPECT_NE(seen->substr(36, 16), "b7ad6b7169203331");
  EXPECT_EQ(seen->substr(52), "-01");
}

}  // namespace
}  // namespace gather::test
