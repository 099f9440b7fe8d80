// What gRPC 1.51.1 says of a unary call when its backend misbehaves, produced on real sockets, and
// who is held to have said it. The expected texts below are the record: a gRPC that prints
// something else fails here.
#include "engine/failure_origin.h"

#include <grpc/grpc.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "tests/support/generic_call.h"
#include "tests/support/scripted_socket.h"
#include "tests/support/socket_scripts.h"

namespace gather::engine {
namespace {

using std::chrono::milliseconds;
using test::CallResult;
using test::DeafPort;
using test::GenericCall;
using test::Script;
using test::ScriptedSocket;

constexpr char kMethod[] = "/x.Y/Z";
constexpr int kMaxReplyBytes = 1000;
constexpr milliseconds kLong(10000);

std::shared_ptr<grpc::Channel> Dial(
    const std::string& target, grpc::ChannelArguments arguments = test::BackendChannelArguments()) {
  arguments.SetMaxReceiveMessageSize(kMaxReplyBytes);
  return grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(), arguments);
}

FailureOrigin Find(const CallResult& result, const std::string& target) {
  return FindFailureOrigin({.code = result.status.error_code(),
                            .message = result.status.error_message(),
                            .peer = result.peer,
                            .channel_target = target,
                            .got_message = result.got_message,
                            .compressed = result.compressed});
}

void ExpectTransport(const FailureOrigin& found, v1::Delivery delivery) {
  EXPECT_EQ(found.origin, v1::ORIGIN_TRANSPORT);
  EXPECT_EQ(found.delivery, delivery);
  EXPECT_EQ(found.reason, nullptr);
  EXPECT_FALSE(found.refused_unprocessed);
}

// A script, what gRPC makes of it, and what we make of that. `$` in the message stands for the
// backend's address.
struct SocketCase {
  std::string name;
  Script script;
  int grpc_code;
  std::string grpc_message;
  bool peer_known;
  v1::Origin origin;
  v1::Delivery delivery;
  bool refused = false;
  std::string reason = "";
  int code = -1;  // where it is not gRPC's
};

void PrintTo(const SocketCase& socket_case, std::ostream* out) { *out << socket_case.name; }

class FailureOriginTest : public testing::TestWithParam<SocketCase> {};

// semantics 71, 72
TEST_P(FailureOriginTest, SaysWhoFailedAndWhetherTheBackendSawTheCall) {
  const SocketCase& expected = GetParam();
  ScriptedSocket backend(expected.script);
  GenericCall call(Dial(backend.address()), kMethod, "ping");
  const CallResult& result = call.Wait();

  EXPECT_EQ(result.status.error_code(), expected.grpc_code);
  EXPECT_EQ(result.status.error_message(),
            absl::StrReplaceAll(expected.grpc_message, {{"$", backend.address()}}));
  EXPECT_EQ(result.peer,
            expected.peer_known ? absl::StrCat("ipv4:", backend.address()) : backend.address());
  const FailureOrigin found = Find(result, backend.address());
  EXPECT_EQ(found.origin, expected.origin);
  EXPECT_EQ(found.delivery, expected.delivery);
  EXPECT_EQ(found.refused_unprocessed, expected.refused);
  EXPECT_EQ(found.reason == nullptr ? "" : found.reason, expected.reason);
  EXPECT_EQ(found.code, expected.code < 0 ? expected.grpc_code : expected.code);
}

// The shapes that most cases have.
SocketCase NotConnected(std::string name, Script script, const std::string& last_error) {
  return {std::move(name),
          std::move(script),
          14,
          absl::StrCat("failed to connect to all addresses; last error: ", last_error),
          false,
          v1::ORIGIN_TRANSPORT,
          v1::DELIVERY_NEVER_SENT};
}

SocketCase Broken(std::string name, Script script, int code, std::string message) {
  return {std::move(name),      std::move(script),          code, std::move(message), true,
          v1::ORIGIN_TRANSPORT, v1::DELIVERY_EFFECT_UNKNOWN};
}

SocketCase Refused(std::string name, Script script, std::string message) {
  return {std::move(name),      std::move(script),       14,  std::move(message), true,
          v1::ORIGIN_TRANSPORT, v1::DELIVERY_NEVER_SENT, true};
}

SocketCase Protocol(std::string name, Script script, int grpc_code, std::string message, int code) {
  return {std::move(name),      std::move(script),           grpc_code, std::move(message), true,
          v1::ORIGIN_TRANSPORT, v1::DELIVERY_EFFECT_UNKNOWN, false,     "BACKEND_PROTOCOL", code};
}

SocketCase FromBackend(std::string name, Script script, int code, std::string message) {
  return {std::move(name),    std::move(script),    code, std::move(message), true,
          v1::ORIGIN_BACKEND, v1::DELIVERY_ANSWERED};
}

Script Status(int code, const std::string& message) {
  return test::TrailersOnly({{":status", "200"},
                             {"content-type", "application/grpc"},
                             {"grpc-status", absl::StrCat(code)},
                             {"grpc-message", message}});
}

std::string CaseName(const testing::TestParamInfo<SocketCase>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(
    NoConnection, FailureOriginTest,
    testing::Values(NotConnected("ClosesOnAccept", test::AcceptAndClose(),
                                 "UNAVAILABLE: ipv4:$: Socket closed"),
                    NotConnected("SpeaksHttpOne", test::HttpOne(),
                                 "INTERNAL: ipv4:$: Trying to connect an http1.x server"),
                    NotConnected("SpeaksGarbage", test::Garbage(),
                                 "UNAVAILABLE: ipv4:$: Failed parsing HTTP/2"),
                    NotConnected("SpeaksTls", test::TlsAlert(),
                                 "UNAVAILABLE: ipv4:$: Socket closed")),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    BrokenOff, FailureOriginTest,
    testing::Values(Broken("ClosesAfterRequest", test::CloseAfterRequest(), 14, "Socket closed"),
                    Broken("ResetsConnectionAfterRequest", test::ResetAfterRequest(), 14,
                           "recvmsg:Connection reset by peer"),
                    Broken("ClosesAfterHeaders", test::CloseAfterHeaders(), 14, "Socket closed"),
                    Broken("ClosesAfterMessage", test::CloseAfterMessage("pong"), 14,
                           "Socket closed"),
                    Broken("ResetsStreamNoError", test::ResetStream(0), 13,
                           "Received RST_STREAM with error code 0"),
                    Broken("ResetsStreamInternalError", test::ResetStream(2), 13,
                           "Received RST_STREAM with error code 2"),
                    Broken("ResetsStreamCancel", test::ResetStream(test::kCancel), 1,
                           "Received RST_STREAM with error code 8"),
                    Broken("ResetsStreamEnhanceYourCalm", test::ResetStream(11), 8,
                           "Received RST_STREAM with error code 11"),
                    Broken("ResetsStreamInadequateSecurity", test::ResetStream(12), 7,
                           "Received RST_STREAM with error code 12"),
                    Broken("ResetsStreamHttpOneRequired", test::ResetStream(13), 13,
                           "Received RST_STREAM with error code 13"),
                    Broken("ResetsStreamAfterHeaders", test::ResetStreamAfterHeaders(2), 13,
                           "Received RST_STREAM with error code 2"),
                    Broken("GoAwayAfterThisStreamThenCloses",
                           test::GoAwayThenClose(1, test::kNoError), 14, "Socket closed"),
                    Broken("HttpStatus503", test::HttpStatus(503), 14,
                           "Received http2 header with status: 503"),
                    Broken("HttpStatus404", test::HttpStatus(404), 12,
                           "Received http2 header with status: 404")),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    RefusedUnprocessed, FailureOriginTest,
    testing::Values(
        Refused("ResetsStreamRefused", test::ResetStream(test::kRefusedStream),
                "Received RST_STREAM with error code 7"),
        Refused("GoAwayBeforeThisStream", test::GoAway(0, test::kNoError), "GOAWAY received"),
        Refused("GoAwayWithErrorBeforeThisStream", test::GoAway(0, 2), "GOAWAY received"),
        Refused("GoAwayBeforeThisStreamThenCloses", test::GoAwayThenClose(0, test::kNoError),
                "GOAWAY received")),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    AgainstTheProtocol, FailureOriginTest,
    testing::Values(
        Protocol("GarbageAfterRequest", test::GarbageAfterRequest(), 2, "Stream removed", 13),
        // semantics 7
        Protocol("OkWithoutMessage", test::OkWithoutMessage(), 0, "", 13),
        Protocol("StatusBeyondTheTable", test::IllegalStatus(99), 99, "beyond the table", 2),
        Protocol("StatusJustBeyondTheTable", test::IllegalStatus(17), 17, "beyond the table", 2),
        Protocol("NoStatus", test::MissingStatus(), 2, "No status received", 13),
        Protocol("HtmlWithoutStatus", test::HttpStatus(200), 2, "No status received", 13)),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    FromTheBackend, FailureOriginTest,
    testing::Values(
        FromBackend("ItsOwnStatus", Status(5, "no such user"), 5, "no such user"),
        // semantics 21
        FromBackend("ItsOwnCancelled", Status(1, "CANCELLED"), 1, "CANCELLED"),
        FromBackend("ItsOwnDeadline", Status(4, "Deadline Exceeded"), 4, "Deadline Exceeded"),
        FromBackend("ItsUpstreamWasDown", Status(14, "failed to connect to all addresses"), 14,
                    "failed to connect to all addresses"),
        FromBackend("ItsOwnLimit", Status(8, "Received message larger than max (9 vs. 4)"), 8,
                    "Received message larger than max (9 vs. 4)"),
        FromBackend("OurTextWithAnotherCode", Status(9, "Socket closed"), 9, "Socket closed")),
    CaseName);

TEST(FailureOriginSuccessTest, HasNoOriginAndIsAnswered) {
  ScriptedSocket backend(test::Answer("pong"));
  GenericCall call(Dial(backend.address()), kMethod, "ping");
  EXPECT_EQ(call.Wait().reply, "pong");
  const FailureOrigin found = Find(call.Wait(), backend.address());
  EXPECT_EQ(found.origin, v1::ORIGIN_UNSPECIFIED);
  EXPECT_EQ(found.delivery, v1::DELIVERY_ANSWERED);
  EXPECT_EQ(found.reason, nullptr);
}

TEST(FailureOriginConnectTest, ConnectionRefusedIsNeverSent) {
  const DeafPort port;
  GenericCall call(Dial(port.address()), kMethod, "ping");
  EXPECT_EQ(call.Wait().status.error_message(),
            absl::StrCat("failed to connect to all addresses; last error: UNKNOWN: ipv4:",
                         port.address(), ": Failed to connect to remote host: Connection refused"));
  ExpectTransport(Find(call.Wait(), port.address()), v1::DELIVERY_NEVER_SENT);
}

TEST(FailureOriginConnectTest, TargetWrittenAsAPeerIsRecognisedByItsText) {
  const DeafPort port;
  const std::string target = absl::StrCat("ipv4:", port.address());
  GenericCall call(Dial(target), kMethod, "ping");
  EXPECT_EQ(call.Wait().peer, target);
  ExpectTransport(Find(call.Wait(), target), v1::DELIVERY_NEVER_SENT);
}

TEST(FailureOriginConnectTest, TargetWrittenAsAPeerKeepsItsBackendsOwnStatus) {
  ScriptedSocket backend(Status(14, "failed to connect to all addresses"));
  const std::string target = absl::StrCat("ipv4:", backend.address());
  GenericCall call(Dial(target), kMethod, "ping");
  EXPECT_EQ(call.Wait().peer, target);
  EXPECT_EQ(Find(call.Wait(), target).origin, v1::ORIGIN_BACKEND);
  EXPECT_EQ(Find(call.Wait(), target).delivery, v1::DELIVERY_ANSWERED);
}

TEST(FailureOriginConnectTest, UnresolvedNameIsNeverSent) {
  const std::string target = "no-such-host.invalid:80";
  GenericCall call(Dial(target), kMethod, "ping");
  EXPECT_EQ(call.Wait().status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(call.Wait().status.error_message().rfind(
                "DNS resolution failed for no-such-host.invalid:80: ", 0),
            0u);
  EXPECT_EQ(call.Wait().peer, target);
  ExpectTransport(Find(call.Wait(), target), v1::DELIVERY_NEVER_SENT);
}

TEST(FailureOriginConnectTest, UnusableTargetIsNeverSent) {
  const std::string target = "xds://not-an-authority";
  GenericCall call(Dial(target), kMethod, "ping");
  EXPECT_EQ(call.Wait().status.error_code(), grpc::StatusCode::UNKNOWN);
  EXPECT_EQ(call.Wait().status.error_message(), "Failed to create secure client channel");
  ExpectTransport(Find(call.Wait(), target), v1::DELIVERY_NEVER_SENT);
}

TEST(FailureOriginConnectTest, PlainTextServerBehindTlsChannelIsNeverSent) {
  ScriptedSocket backend(test::HttpOne());
  GenericCall call(grpc::CreateCustomChannel(backend.address(), grpc::SslCredentials({}),
                                             test::BackendChannelArguments()),
                   kMethod, "ping");
  EXPECT_EQ(call.Wait().status.error_message().rfind(
                absl::StrCat("failed to connect to all addresses; last error: UNKNOWN: ipv4:",
                             backend.address(), ": Ssl handshake failed: "),
                0),
            0u);
  ExpectTransport(Find(call.Wait(), backend.address()), v1::DELIVERY_NEVER_SENT);
}

TEST(FailureOriginBrokenTest, ConnectionLostBeforeTheRequestWasReadIsUnknown) {
  ScriptedSocket backend(test::SettingsThenClose());
  GenericCall call(Dial(backend.address()), kMethod, "ping");
  EXPECT_EQ(call.Wait().status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(call.Wait().status.error_message(), "Socket closed");
  ExpectTransport(Find(call.Wait(), backend.address()), v1::DELIVERY_EFFECT_UNKNOWN);
}

// Sends a call into a connection that the backend has broken, unseen so far since nobody polls.
CallResult WriteToABrokenConnection(std::string* target) {
  std::promise<void> connected;
  std::promise<void> broken;
  const auto break_unseen = [&](test::ScriptedPeer& peer) {
    peer.Handshake();
    connected.get_future().wait();
    peer.FinishSending();
    peer.Reset();
    broken.set_value();
  };
  ScriptedSocket backend({break_unseen, test::AcceptAndClose()});
  const auto channel = Dial(backend.address());
  EXPECT_TRUE(channel->WaitForConnected(std::chrono::system_clock::now() + kLong));
  connected.set_value();
  broken.get_future().wait();
  GenericCall call(channel, kMethod, "ping");
  *target = backend.address();
  return call.Wait();
}

TEST(FailureOriginBrokenTest, WriteToABrokenConnectionIsUnknown) {
  // Now and then gRPC's read meets the broken connection before the write does.
  constexpr int kTries = 20;
  CallResult result;
  std::string target;
  for (int i = 0; i < kTries && result.status.error_message() != "Broken pipe"; ++i) {
    result = WriteToABrokenConnection(&target);
  }
  EXPECT_EQ(result.status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(result.status.error_message(), "Broken pipe");
  ExpectTransport(Find(result, target), v1::DELIVERY_EFFECT_UNKNOWN);
}

TEST(FailureOriginBrokenTest, KeepaliveTimeoutIsUnknown) {
  ScriptedSocket backend(test::SilentAfterSettings());
  grpc::ChannelArguments arguments = test::BackendChannelArguments();
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 50);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 50);
  GenericCall call(Dial(backend.address(), arguments), kMethod, "ping");
  EXPECT_EQ(call.Wait().status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(call.Wait().status.error_message(), "keepalive watchdog timeout");
  ExpectTransport(Find(call.Wait(), backend.address()), v1::DELIVERY_EFFECT_UNKNOWN);
}

// A backend that allows one stream, and two calls, the second of which waits for it.
class StreamSlotTest : public testing::Test {
 protected:
  void Play(const std::string& last_words) {
    const auto allow_one = [this, last_words](test::ScriptedPeer& peer) {
      peer.Handshake({{test::kMaxConcurrentStreams, 1}});
      if (!peer.AwaitRequest()) return;
      second_started_.get_future().wait();
      peer.Send(last_words);
    };
    backend_.emplace(std::vector<Script>{allow_one, test::AcceptAndClose()});
    channel_ = Dial(backend_->address());
    ASSERT_TRUE(channel_->WaitForConnected(std::chrono::system_clock::now() + kLong));
    first_.emplace(channel_, kMethod, "ping");
    ASSERT_TRUE(backend_->WaitForStreams(1, kLong));
    second_.emplace(channel_, kMethod, "ping");
    second_started_.set_value();
  }

  std::promise<void> second_started_;
  std::optional<ScriptedSocket> backend_;
  std::shared_ptr<grpc::Channel> channel_;
  std::optional<GenericCall> first_;
  std::optional<GenericCall> second_;
};

TEST_F(StreamSlotTest, WaitingCallIsUnknownWhenItsConnectionDies) {
  Play("");
  EXPECT_EQ(second_->Wait().status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(second_->Wait().status.error_message(), "Socket closed");
  EXPECT_EQ(backend_->streams(), 1);
  ExpectTransport(Find(second_->Wait(), backend_->address()), v1::DELIVERY_EFFECT_UNKNOWN);
}

TEST_F(StreamSlotTest, WaitingCallIsRefusedUnprocessedByGoAway) {
  Play(test::GoAwayFrame(1, test::kNoError));
  EXPECT_EQ(second_->Wait().status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(second_->Wait().status.error_message(), "GOAWAY received");
  EXPECT_EQ(backend_->streams(), 1);
  const FailureOrigin found = Find(second_->Wait(), backend_->address());
  EXPECT_EQ(found.delivery, v1::DELIVERY_NEVER_SENT);
  EXPECT_TRUE(found.refused_unprocessed);
  EXPECT_EQ(Find(first_->Wait(), backend_->address()).delivery, v1::DELIVERY_EFFECT_UNKNOWN);
}

TEST(FailureOriginOursTest, ReplyOverTheCapIsOurs) {
  ScriptedSocket backend(test::Answer(std::string(2 * kMaxReplyBytes, 'x')));
  GenericCall call(Dial(backend.address()), kMethod, "ping");
  EXPECT_EQ(call.Wait().status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(call.Wait().status.error_message(), "Received message larger than max (2000 vs. 1000)");
  const FailureOrigin found = Find(call.Wait(), backend.address());
  EXPECT_EQ(found.origin, v1::ORIGIN_ORCHESTRATOR);
  EXPECT_EQ(found.delivery, v1::DELIVERY_EFFECT_UNKNOWN);
  EXPECT_STREQ(found.reason, "REPLY_TOO_LARGE");
}

TEST(FailureOriginOursTest, DeadlineAfterSendingIsOursAndUnknown) {
  ScriptedSocket backend(test::SilentAfterSettings());
  GenericCall call(Dial(backend.address()), kMethod, "ping", milliseconds(100));
  EXPECT_EQ(call.Wait().status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(call.Wait().status.error_message(), "Deadline Exceeded");
  const FailureOrigin found = Find(call.Wait(), backend.address());
  EXPECT_EQ(found.origin, v1::ORIGIN_ORCHESTRATOR);
  EXPECT_EQ(found.delivery, v1::DELIVERY_EFFECT_UNKNOWN);
}

TEST(FailureOriginOursTest, CancelAfterSendingIsOursAndUnknown) {
  std::promise<void> request_came;
  const auto say_nothing = [&request_came](test::ScriptedPeer& peer) {
    peer.Handshake();
    if (peer.AwaitRequest()) request_came.set_value();
    peer.AwaitClose();
  };
  ScriptedSocket backend({say_nothing, test::AcceptAndClose()});
  const auto channel = Dial(backend.address());
  ASSERT_TRUE(channel->WaitForConnected(std::chrono::system_clock::now() + kLong));
  GenericCall call(channel, kMethod, "ping");
  request_came.get_future().wait();
  call.context().TryCancel();
  EXPECT_EQ(call.Wait().status.error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_EQ(call.Wait().status.error_message(), "CANCELLED");
  const FailureOrigin found = Find(call.Wait(), backend.address());
  EXPECT_EQ(found.origin, v1::ORIGIN_ORCHESTRATOR);
  EXPECT_EQ(found.delivery, v1::DELIVERY_EFFECT_UNKNOWN);
}

// gRPC cancels such a call by itself, but a reply that came in one piece is taken as OK before
// that.
TEST(FailureOriginCompressionTest, CompressedReplyIsAProtocolFault) {
  ScriptedSocket backend(test::CompressedAnswer("gzip", "as if compressed"));
  GenericCall call(Dial(backend.address()), kMethod, "ping");
  EXPECT_TRUE(call.Wait().status.ok());
  EXPECT_TRUE(call.Wait().compressed);
  const FailureOrigin found = Find(call.Wait(), backend.address());
  EXPECT_EQ(found.origin, v1::ORIGIN_TRANSPORT);
  EXPECT_EQ(found.delivery, v1::DELIVERY_EFFECT_UNKNOWN);
  EXPECT_STREQ(found.reason, "BACKEND_PROTOCOL");
  EXPECT_EQ(found.code, 13);
}

TEST(FailureOriginCompressionTest, HeadersThatAnnounceCompressionAreAProtocolFault) {
  ScriptedSocket backend([](test::ScriptedPeer& peer) {
    peer.Handshake();
    const auto stream = peer.AwaitRequest();
    if (!stream) return;
    peer.Send(test::HeadersFrame(
        *stream,
        {{":status", "200"}, {"content-type", "application/grpc"}, {"grpc-encoding", "gzip"}},
        false));
    peer.AwaitClose();
  });
  GenericCall call(Dial(backend.address()), kMethod, "ping");
  EXPECT_EQ(call.Wait().status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(call.Wait().status.error_message(), "Compression algorithm 'gzip' is disabled.");
  const FailureOrigin found = Find(call.Wait(), backend.address());
  EXPECT_EQ(found.origin, v1::ORIGIN_TRANSPORT);
  EXPECT_STREQ(found.reason, "BACKEND_PROTOCOL");
  EXPECT_EQ(found.code, 13);
}

}  // namespace
}  // namespace gather::engine
