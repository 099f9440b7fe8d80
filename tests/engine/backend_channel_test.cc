// What settings of a channel do on real sockets; TLS, health and load balancing are in
// tests/wire/targets_test.py.

#include "engine/backend_channel.h"

#include <grpcpp/support/status.h>

#include <chrono>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/channel_settings.h"
#include "engine/failure_origin.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/support/generic_call.h"
#include "tests/support/scripted_socket.h"
#include "tests/support/socket_scripts.h"

namespace gather::engine {
namespace {

using std::chrono::milliseconds;
using test::CallResult;
using test::GenericCall;
using test::ScriptedSocket;

constexpr char kMethod[] = "/demo.Users/Get";

ChannelSettings RoundRobin(const std::string& address) {
  ChannelSettings settings;
  settings.address = address;
  settings.load_balancing = ChannelSettings::LoadBalancing::kRoundRobin;
  return settings;
}

FailureOrigin Find(const CallResult& result, const std::string& address) {
  return FindFailureOrigin({.code = result.status.error_code(),
                            .message = result.status.error_message(),
                            .peer = result.peer,
                            .channel_target = address});
}

// semantics 71, 72
TEST(BackendChannelTest, RoundRobinThatReachesNobodyHasSentNothing) {
  ScriptedSocket closing(test::AcceptAndClose());
  ScriptedSocket closing_too(test::AcceptAndClose());
  for (const std::string& address :
       {closing.address(), absl::StrCat("ipv4:", closing.address(), ",", closing_too.address())}) {
    GenericCall call(MakeBackendChannel(RoundRobin(address)), kMethod, "ping");
    EXPECT_EQ(call.Wait().status.error_code(), grpc::StatusCode::UNAVAILABLE);
    EXPECT_EQ(call.Wait().status.error_message().rfind("connections to all backends failing", 0),
              0u)
        << call.Wait().status.error_message();
    EXPECT_EQ(call.Wait().peer, address);
    const FailureOrigin found = Find(call.Wait(), address);
    EXPECT_EQ(found.origin, v1::ORIGIN_TRANSPORT);
    EXPECT_EQ(found.delivery, v1::DELIVERY_NEVER_SENT) << call.Wait().status.error_message();
  }
}

TEST(BackendChannelTest, ABackendThatFallsSilentIsFoundOutByPings) {
  ScriptedSocket silent(test::SilentAfterSettings());
  ChannelSettings settings;
  settings.address = silent.address();
  settings.keepalive = {.time = milliseconds(50), .timeout = milliseconds(50)};
  GenericCall call(MakeBackendChannel(settings), kMethod, "ping");
  EXPECT_EQ(call.Wait().status.error_message(), "keepalive watchdog timeout");
}

TEST(BackendChannelTest, WithoutKeepaliveItIsNot) {
  ScriptedSocket silent(test::SilentAfterSettings());
  ChannelSettings settings;
  settings.address = silent.address();
  GenericCall call(MakeBackendChannel(settings), kMethod, "ping", milliseconds(300));
  EXPECT_EQ(call.Wait().status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
}

TEST(BackendChannelTest, CertificatesThatAreNoneFailEveryCall) {
  ScriptedSocket backend(test::Answer("pong"));
  ChannelSettings settings;
  settings.address = backend.address();
  settings.tls.emplace().authorities = "none";
  GenericCall call(MakeBackendChannel(settings), kMethod, "ping");
  EXPECT_EQ(Find(call.Wait(), settings.address).delivery, v1::DELIVERY_NEVER_SENT)
      << call.Wait().status.error_message();
}

}  // namespace
}  // namespace gather::engine
