#include "tests/support/scripted_socket.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <chrono>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/generic_call.h"
#include "tests/support/socket_scripts.h"

namespace gather::test {
namespace {

std::shared_ptr<grpc::Channel> Dial(const ScriptedSocket& backend) {
  return grpc::CreateCustomChannel(backend.address(), grpc::InsecureChannelCredentials(),
                                   BackendChannelArguments());
}

TEST(ScriptedSocketTest, AnswersAsAGrpcBackend) {
  ScriptedSocket backend(Answer("pong"));
  GenericCall call(Dial(backend), "/x.Y/Z", "ping");
  EXPECT_EQ(call.Wait().reply, "pong");
  EXPECT_EQ(backend.connections(), 1);
  EXPECT_EQ(backend.streams(), 1);
}

TEST(ScriptedSocketTest, PlaysTheNextScriptOnTheNextConnection) {
  ScriptedSocket backend({GoAway(0, kNoError), Answer("pong")});
  const auto channel = Dial(backend);
  GenericCall refused(channel, "/x.Y/Z", "ping");
  EXPECT_EQ(refused.Wait().status.error_message(), "GOAWAY received");
  GenericCall again(channel, "/x.Y/Z", "ping");
  EXPECT_EQ(again.Wait().reply, "pong");
  EXPECT_EQ(backend.connections(), 2);
  EXPECT_EQ(backend.streams(), 2);
}

TEST(ScriptedSocketTest, EndsWithAConnectionOpen) {
  ScriptedSocket backend(SilentAfterSettings());
  GenericCall call(Dial(backend), "/x.Y/Z", "ping");
  call.PollFor(std::chrono::milliseconds(10));
  EXPECT_TRUE(backend.WaitForConnections(1, std::chrono::seconds(10)));
}

}  // namespace
}  // namespace gather::test
