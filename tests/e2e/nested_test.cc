#include <grpcpp/client_context.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gather/gather.h"
#include "gather/v1/gather.pb.h"
#include "tests/client/gather_service_fake.h"
#include "tests/e2e/door_test.h"
#include "tests/support/behavior.h"

// A backend that gathers itself in order to answer.
namespace gather::test {
namespace {

// A service whose only method is written by the test; it may block.
struct PageService {
  GatherServiceFake::Handler handler;
  GatherServiceFake service{
      [this](grpc::ServerContext& context, const v1::GatherRequest& request,
             v1::GatherResponse* response) { return handler(context, request, response); }};
};

class NestedTest : private PageService, public DoorTest {
 protected:
  NestedTest() : DoorTest({.targets = {{"pages", service.address()}}}) {
    handler = [this](grpc::ServerContext& context, const v1::GatherRequest& request,
                     v1::GatherResponse*) {
      const absl::Status status = Render(Options::FromServerContext(context), request.label());
      return grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                          std::string(status.message()));
    };
  }

  // A page that needs calls to `method` and is rendered by the service.
  static Call<v1::GatherResponse> PageOf(const std::string& method) {
    v1::GatherRequest request;
    request.set_label(method);
    return Call<v1::GatherResponse>("pages", "/gather.v1.GatherService/Gather", request);
  }

 private:
  absl::Status Render(const Options& options, const std::string& method) {
    return Gather(client(), options, CallTo(method), CallTo("Name")).status();
  }
};
INSTANTIATE_TEST_SUITE_P(Doors, NestedTest, BothDoors(), DoorName());

TEST_P(NestedTest, TheInnerGathersAreDoneBeforeTheOuterOne) {
  const auto result = Gather(client(), std::vector(5, PageOf("City")));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(backend().counts().calls, 10);
  EXPECT_TRUE(backend().WaitForIdle());
}

// semantics 10, 51
TEST_P(NestedTest, AnInnerFailureFailsTheOuterOneAndReachesTheOthersBackends) {
  Answer("Slow", Hang());
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  auto future = AsyncGather(client(), PageOf("Slow"), PageOf("Bad").Id("page"));
  ASSERT_TRUE(backend().WaitForCalls(4));
  Release("Bad");
  const auto result = future.Get();
  EXPECT_TRUE(absl::IsNotFound(result.status())) << result.status();
  EXPECT_EQ(result.status().message(),
            "sub-call 1 \"page\" (pages /gather.v1.GatherService/Gather): "
            "sub-call 0 \"0\" (users /test.Users/Bad): no such user");
  EXPECT_TRUE(backend().WaitForCancels(1));
  EXPECT_TRUE(backend().WaitForIdle());
}

// semantics 51
TEST_P(NestedTest, TheCallersCancelReachesTheInnermostBackend) {
  Answer("Slow", Hang());
  auto future = AsyncGather(client(), PageOf("Slow"), PageOf("Slow"));
  ASSERT_TRUE(backend().WaitForCalls(4));
  future.Cancel();
  EXPECT_TRUE(absl::IsCancelled(future.Get().status()));
  EXPECT_TRUE(backend().WaitForCancels(2));
  EXPECT_TRUE(backend().WaitForIdle());
}

// semantics 63
TEST_P(NestedTest, TheOuterDeadlineBoundsTheInnerCalls) {
  Answer("Slow", Hang());
  Options options;
  options.timeout = absl::Milliseconds(500);
  const auto result = Gather(client(), options, PageOf("Slow"));
  EXPECT_TRUE(absl::IsDeadlineExceeded(result.status())) << result.status();
  EXPECT_TRUE(backend().WaitForCancels(1));
  EXPECT_TRUE(backend().WaitForIdle());
}

}  // namespace
}  // namespace gather::test
