#include "tests/support/test_backend.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/generic_call.h"

namespace gather::test {
namespace {

using std::chrono::milliseconds;

std::shared_ptr<grpc::Channel> Dial(const TestBackend& backend) {
  return grpc::CreateCustomChannel(backend.address(), grpc::InsecureChannelCredentials(),
                                   BackendChannelArguments());
}

TEST(TestBackendTest, EchoesAndRecords) {
  TestBackend backend;
  GenericCall call(Dial(backend), "/demo.Users/Get", "me");
  EXPECT_EQ(call.Wait().reply, "me");
  ASSERT_TRUE(backend.WaitForIdle());
  ASSERT_EQ(backend.records().size(), 1u);
  const CallRecord record = backend.records()[0];
  EXPECT_EQ(record.call.method, "/demo.Users/Get");
  EXPECT_EQ(record.call.request, "me");
  ASSERT_TRUE(record.call.deadline_left.has_value());
  EXPECT_GT(*record.call.deadline_left, std::chrono::seconds(1));
  EXPECT_TRUE(record.ended_at.has_value());
  EXPECT_FALSE(record.cancelled_at.has_value());
  EXPECT_EQ(backend.counts().max_in_flight, 1u);
}

TEST(TestBackendTest, AnswersWithStatusDetailsAndTrailers) {
  TestBackend backend([](const ReceivedCall&) {
    Behavior behavior = Fail(5, "no such user");
    behavior.details = std::string("\x08\x05", 2);
    behavior.trailers = {{"x-note", "n"}};
    return behavior;
  });
  GenericCall call(Dial(backend), "/demo.Users/Get", "");
  const CallResult& result = call.Wait();
  EXPECT_EQ(result.status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(result.status.error_message(), "no such user");
  EXPECT_EQ(result.status.error_details(), std::string("\x08\x05", 2));
  EXPECT_EQ(call.context().GetServerTrailingMetadata().count("x-note"), 1u);
  EXPECT_FALSE(result.got_message);
}

TEST(TestBackendTest, CanSayOkWithoutAMessage) {
  TestBackend backend([](const ReceivedCall&) { return Fail(0, ""); });
  GenericCall call(Dial(backend), "/x.Y/Z", "");
  EXPECT_TRUE(call.Wait().status.ok());
  EXPECT_FALSE(call.Wait().got_message);
}

TEST(TestBackendTest, SeesCancelOfAHangingCall) {
  TestBackend backend([](const ReceivedCall&) { return Hang(); });
  GenericCall call(Dial(backend), "/x.Y/Z", "");
  ASSERT_TRUE(backend.WaitForCalls(1));
  call.context().TryCancel();
  ASSERT_TRUE(backend.WaitForCancels(1));
  ASSERT_TRUE(backend.WaitForIdle());
  EXPECT_TRUE(backend.records()[0].cancelled_at.has_value());
}

TEST(TestBackendTest, SeesCancelOfADelayedCall) {
  TestBackend backend([](const ReceivedCall&) {
    Behavior behavior;
    behavior.delay = std::chrono::hours(1);
    return behavior;
  });
  GenericCall call(Dial(backend), "/x.Y/Z", "");
  ASSERT_TRUE(backend.WaitForCalls(1));
  call.context().TryCancel();
  EXPECT_TRUE(backend.WaitForCancels(1));
  EXPECT_TRUE(backend.WaitForIdle());
}

TEST(TestBackendTest, AnswersHeldCallsInTheOrderOfTheTest) {
  TestBackend backend;
  backend.Hold("/x.Y/Held");
  const auto channel = Dial(backend);
  GenericCall first(channel, "/x.Y/Held", "first");
  ASSERT_TRUE(backend.WaitForHeld(1));
  GenericCall second(channel, "/x.Y/Held", "second");
  ASSERT_TRUE(backend.WaitForHeld(2));
  GenericCall other(channel, "/x.Y/Other", "other");
  EXPECT_EQ(other.Wait().reply, "other");

  backend.ReleaseCall(1);
  EXPECT_EQ(second.Wait().reply, "second");
  EXPECT_EQ(backend.counts().held, 1u);
  backend.Release("/x.Y/Held");
  EXPECT_EQ(first.Wait().reply, "first");
}

TEST(TestBackendTest, CancelledHeldCallIsNoLongerHeld) {
  TestBackend backend;
  backend.Hold("/x.Y/Held");
  {
    GenericCall call(Dial(backend), "/x.Y/Held", "");
    ASSERT_TRUE(backend.WaitForHeld(1));
  }
  EXPECT_TRUE(backend.WaitForCancels(1));
  EXPECT_EQ(backend.counts().held, 0u);
}

TEST(TestBackendTest, HoldsThousandsOfCallsAtOnce) {
  constexpr size_t kCalls = 3000;
  TestBackend backend;
  backend.Hold("/x.Y/Held");
  const auto channel = Dial(backend);
  std::vector<std::unique_ptr<GenericCall>> calls;
  for (size_t i = 0; i < kCalls; ++i) {
    calls.push_back(std::make_unique<GenericCall>(channel, "/x.Y/Held", "", milliseconds(60000)));
    calls.back()->PollFor(milliseconds(0));
  }
  ASSERT_TRUE(backend.WaitForHeld(kCalls, milliseconds(60000)));
  EXPECT_EQ(backend.counts().max_in_flight, kCalls);
  backend.Release("/x.Y/Held");
  for (auto& call : calls) EXPECT_TRUE(call->Wait().status.ok());
  EXPECT_TRUE(backend.WaitForIdle());
}

TEST(TestBackendTest, EndsWithCallsHeldHangingAndDelayed) {
  TestBackend backend([](const ReceivedCall& call) {
    if (call.method == "/x.Y/Hang") return Hang();
    Behavior behavior;
    behavior.delay = std::chrono::hours(1);
    return behavior;
  });
  backend.Hold("/x.Y/Held");
  const auto channel = Dial(backend);
  GenericCall held(channel, "/x.Y/Held", "");
  GenericCall hanging(channel, "/x.Y/Hang", "");
  GenericCall delayed(channel, "/x.Y/Delayed", "");
  ASSERT_TRUE(backend.WaitForCalls(3));
}

TEST(TestBackendTest, MetadataProgramsACall) {
  TestBackend backend(FromMetadata);
  auto context = std::make_unique<grpc::ClientContext>();
  context->AddMetadata("x-test-code", "9");
  context->AddMetadata("x-test-message", "not now");
  context->AddMetadata("x-test-trailer-x-why", "because");
  GenericCall call(Dial(backend), "/x.Y/Z", "", std::move(context));
  EXPECT_EQ(call.Wait().status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(call.Wait().status.error_message(), "not now");
  EXPECT_EQ(call.context().GetServerTrailingMetadata().count("x-why"), 1u);
}

TEST(TestBackendTest, ControlMethodsAreNotCounted) {
  TestBackend backend;
  GenericCall call(Dial(backend), "/test.Control/Stats", "");
  EXPECT_TRUE(call.Wait().status.ok());
  EXPECT_EQ(backend.counts().calls, 0u);
}

}  // namespace
}  // namespace gather::test
