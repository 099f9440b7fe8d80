// Attempts against backends on real sockets; above all those of server-streaming methods. What each
// status of a unary call means is in failure_origin_test.cc.

#include "engine/grpc_invoker.h"

#include <grpcpp/completion_queue.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/async/operation.h"
#include "engine/async/time.h"
#include "engine/attempt.h"
#include "engine/reply_budget.h"
#include "engine/target.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/support/behavior.h"
#include "tests/support/scripted_socket.h"
#include "tests/support/socket_scripts.h"
#include "tests/support/test_backend.h"

namespace gather::engine {
namespace {

using std::chrono::milliseconds;
using test::Behavior;
using test::ReceivedCall;
using test::ScriptedSocket;
using test::TestBackend;
using Messages = std::vector<std::string>;

constexpr std::uint64_t kMaxReplyBytes = 100'000;
constexpr std::uint64_t kMaxTotalBytes = 150'000;
constexpr int kEndless = std::numeric_limits<int>::max();

Behavior Stream(int messages, std::size_t bytes = 0) {
  Behavior behavior;
  behavior.messages = messages;
  if (bytes > 0) behavior.reply = std::string(bytes, 'x');
  behavior.numbered = bytes == 0;
  return behavior;
}

Behavior Stalled(int messages, std::size_t bytes = 0) {
  Behavior behavior = Stream(messages, bytes);
  behavior.stall = true;
  return behavior;
}

Messages MessagesOf(const AttemptResult& result) {
  Messages messages;
  if (result.replies == nullptr) return messages;
  for (std::size_t i = 0; i < result.replies->size(); ++i) {
    std::string& message = messages.emplace_back();
    for (const grpc::Slice& slice : (*result.replies)[i]) {
      message.append(slice.begin(), slice.end());
    }
  }
  return messages;
}

class GrpcInvokerTest : public testing::Test, public AttemptObserver {
 protected:
  ~GrpcInvokerTest() override {
    for (auto& [slot, attempt] : running_) attempt->Cancel();
    Pump([this] { return running_.empty(); });
    invoker_.reset();
    queue_.Shutdown();
    Pump([] { return false; });
  }

  void Dial(const std::string& address, std::uint64_t max_reply_bytes = kMaxReplyBytes) {
    Target users;
    users.name = "users";
    users.channel.address = address;
    users.channel.max_reply_bytes = max_reply_bytes;
    targets_.emplace(*TargetTable::FromTargets({users}, nullptr));
    invoker_.emplace(&queue_);
  }

  // A backend that does so whatever it is asked.
  void Serve(const Behavior& behavior) {
    backend_.emplace([behavior](const ReceivedCall&) { return behavior; });
    Dial(backend_->address());
  }

  Attempt* Start(std::uint32_t slot, bool server_streaming = true,
                 milliseconds timeout = milliseconds(30'000)) {
    const grpc::Slice request("request");
    Attempt* const attempt =
        invoker_->Start({.target = targets_->Find("users"),
                         .method = "/demo.Users/List",
                         .request = grpc::ByteBuffer(&request, 1),
                         .metadata = &metadata_,
                         .deadline = std::chrono::steady_clock::now() + timeout,
                         .server_streaming = server_streaming,
                         .budget = &budget_},
                        this, slot);
    running_[slot] = attempt;
    return attempt;
  }

  AttemptResult Wait(std::uint32_t slot) {
    Pump([&] { return results_.count(slot) > 0; });
    auto result = results_.extract(slot);
    return result.empty() ? AttemptResult() : std::move(result.mapped());
  }

  AttemptResult Call(bool server_streaming = true) {
    Start(0, server_streaming);
    return Wait(0);
  }

  // Delivers events until the condition holds, or the queue is shut down and empty.
  template <typename Condition>
  void Pump(Condition condition) {
    void* tag = nullptr;
    bool ok = false;
    while (!condition() && queue_.Next(&tag, &ok)) static_cast<Operation*>(tag)->OnDone(ok);
  }

  // gRPC sends the reset only while somebody polls, as a worker always does.
  void ExpectCancelAtBackend() {
    const Time until = std::chrono::steady_clock::now() + TestBackend::kPatience;
    void* tag = nullptr;
    bool ok = false;
    while (backend_->counts().cancelled == 0 && std::chrono::steady_clock::now() < until) {
      const auto soon = std::chrono::system_clock::now() + milliseconds(1);
      if (queue_.AsyncNext(&tag, &ok, soon) == grpc::CompletionQueue::GOT_EVENT) {
        static_cast<Operation*>(tag)->OnDone(ok);
      }
    }
    EXPECT_EQ(backend_->counts().cancelled, 1u);
  }

  void OnAttemptEnd(std::uint32_t slot, AttemptResult result) override {
    EXPECT_EQ(running_.erase(slot), 1u);
    results_[slot] = std::move(result);
  }

  static void Expect(const AttemptResult& result, int code, v1::Origin origin,
                     v1::Delivery delivery, const char* reason = nullptr) {
    EXPECT_EQ(result.code, code) << result.message;
    EXPECT_EQ(result.origin, origin);
    EXPECT_EQ(result.delivery, delivery);
    EXPECT_STREQ(result.reason, reason);
    EXPECT_EQ(result.replies, nullptr);
  }

  grpc::CompletionQueue queue_;
  ReplyBudget budget_{kMaxTotalBytes};
  std::vector<const v1::Metadata*> metadata_;
  std::optional<TestBackend> backend_;
  std::optional<TargetTable> targets_;
  std::optional<GrpcInvoker> invoker_;
  std::map<std::uint32_t, Attempt*> running_;
  std::map<std::uint32_t, AttemptResult> results_;
};

TEST_F(GrpcInvokerTest, AUnaryCallBringsItsReply) {
  Serve(test::Reply("pong"));
  const AttemptResult result = Call(/*server_streaming=*/false);
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.reply.Length(), 4u);
  EXPECT_EQ(result.replies, nullptr);
  EXPECT_EQ(result.peer, "ipv4:" + backend_->address());
  EXPECT_EQ(backend_->records()[0].call.request, "request");
}

TEST_F(GrpcInvokerTest, AStreamBringsItsMessagesInOrder) {
  Serve(Stream(1000));
  const AttemptResult result = Call();
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.delivery, v1::DELIVERY_ANSWERED);
  EXPECT_EQ(result.origin, v1::ORIGIN_UNSPECIFIED);
  EXPECT_EQ(result.peer, "ipv4:" + backend_->address());
  const Messages messages = MessagesOf(result);
  ASSERT_EQ(messages.size(), 1000u);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(messages[i], std::to_string(i));
  EXPECT_EQ(result.replies->counted(), budget_.reserved());
  EXPECT_EQ(backend_->records()[0].call.method, "/demo.Users/List");
  EXPECT_EQ(backend_->records()[0].call.request, "request");
}

TEST_F(GrpcInvokerTest, AStreamOfLargeMessagesIsWhole) {
  Serve(Stream(3, 30'000));
  EXPECT_EQ(MessagesOf(Call()), Messages(3, std::string(30'000, 'x')));
}

TEST_F(GrpcInvokerTest, AnEmptyStreamIsASuccess) {
  Serve(Stream(0));
  const AttemptResult result = Call();
  EXPECT_EQ(result.code, 0);
  ASSERT_NE(result.replies, nullptr);
  EXPECT_EQ(result.replies->size(), 0u);
}

TEST_F(GrpcInvokerTest, AUnaryMethodIsAStreamOfOneMessage) {
  Serve(test::Reply("pong"));
  EXPECT_EQ(MessagesOf(Call()), Messages{"pong"});
}

// semantics 73
TEST_F(GrpcInvokerTest, AFailureAfterMessagesIsTheBackendsWithDetailsAndTrailers) {
  Behavior behavior = Stream(3);
  behavior.code = 9;
  behavior.message = "not now";
  behavior.details = std::string("\x08\x09", 2);
  behavior.trailers = {{"x-note", "n"}};
  Serve(behavior);
  const AttemptResult result = Call();
  Expect(result, 9, v1::ORIGIN_BACKEND, v1::DELIVERY_ANSWERED);
  EXPECT_EQ(result.message, "not now");
  EXPECT_EQ(result.details, std::string("\x08\x09", 2));
  EXPECT_EQ(result.trailers, (decltype(result.trailers){{"x-note", "n"}}));
  EXPECT_EQ(result.streamed, 3u);
  EXPECT_EQ(budget_.reserved(), 0u);
}

TEST_F(GrpcInvokerTest, AFloodIsCancelledAtTheCapOfOneSubCall) {
  Serve(Stream(kEndless, 1000));
  const AttemptResult result = Call();
  Expect(result, 8, v1::ORIGIN_ORCHESTRATOR, v1::DELIVERY_EFFECT_UNKNOWN, "REPLY_TOO_LARGE");
  EXPECT_EQ(result.streamed, kMaxReplyBytes / 1000 + 1);
  EXPECT_EQ(result.peer, "ipv4:" + backend_->address());
  EXPECT_EQ(budget_.reserved(), 0u);
  ExpectCancelAtBackend();
}

TEST_F(GrpcInvokerTest, AFloodOfEmptyMessagesIsCancelledToo) {
  Behavior behavior = Stream(kEndless);
  behavior.numbered = false;
  Serve(behavior);
  Expect(Call(), 8, v1::ORIGIN_ORCHESTRATOR, v1::DELIVERY_EFFECT_UNKNOWN, "REPLY_TOO_LARGE");
  ExpectCancelAtBackend();
}

TEST_F(GrpcInvokerTest, StreamsTogetherAreBoundedWhileTheyAreRead) {
  Serve(Stalled(9, 10'000));
  Start(0);
  Pump([this] { return budget_.reserved() == 90'000; });
  Start(1);
  const AttemptResult result = Wait(1);
  Expect(result, 8, v1::ORIGIN_ORCHESTRATOR, v1::DELIVERY_EFFECT_UNKNOWN, "TOTAL_REPLY_TOO_LARGE");
  EXPECT_NE(result.message.find("150000 bytes together"), std::string::npos);
  EXPECT_EQ(budget_.reserved(), 90'000u);
  ExpectCancelAtBackend();
}

// gRPC itself refuses it: its text, told from a backend's own by the peer, which it then forgets.
TEST_F(GrpcInvokerTest, OneMessageOverTheCapIsOursBeforeAndAfterOthers) {
  const std::string large(1001, 'x');
  for (const Messages& messages : {Messages{large}, Messages{"small", "small", large}}) {
    ScriptedSocket socket(test::AnswerAll(messages));
    Dial(socket.address(), /*max_reply_bytes=*/1000);
    const AttemptResult result = Call();
    Expect(result, 8, v1::ORIGIN_ORCHESTRATOR, v1::DELIVERY_EFFECT_UNKNOWN, "REPLY_TOO_LARGE");
    EXPECT_EQ(result.message, "Received message larger than max (1001 vs. 1000)");
    EXPECT_EQ(result.streamed, messages.size() - 1);
    invoker_.reset();
  }
}

TEST_F(GrpcInvokerTest, ABackendsOwnLimitIsItsOwn) {
  Behavior behavior = Stream(1);
  behavior.code = 8;
  behavior.message = "Received message larger than max (100001 vs. 100000)";
  Serve(behavior);
  Expect(Call(), 8, v1::ORIGIN_BACKEND, v1::DELIVERY_ANSWERED);
}

// semantics 51
TEST_F(GrpcInvokerTest, ACancelInTheMiddleReachesTheBackend) {
  Serve(Stalled(2));
  Attempt* const attempt = Start(0);
  Pump([this] { return budget_.reserved() == 128; });
  attempt->Cancel();
  attempt->Cancel();
  const AttemptResult result = Wait(0);
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.streamed, 2u);
  EXPECT_EQ(result.replies, nullptr);
  EXPECT_EQ(budget_.reserved(), 0u);
  ExpectCancelAtBackend();
}

TEST_F(GrpcInvokerTest, ACancelBeforeAnythingHappenedEndsIt) {
  Serve(Stalled(2));
  Start(0)->Cancel();
  EXPECT_EQ(Wait(0).code, 1);
}

TEST_F(GrpcInvokerTest, TheDeadlineEndsAStreamInItsMiddle) {
  Serve(Stalled(2));
  Start(0, /*server_streaming=*/true, milliseconds(200));
  const AttemptResult result = Wait(0);
  EXPECT_EQ(result.code, 4);
  EXPECT_EQ(result.streamed, 2u);
  EXPECT_EQ(result.replies, nullptr);
  EXPECT_EQ(budget_.reserved(), 0u);
}

TEST_F(GrpcInvokerTest, ADetachedStreamIsReadToItsEndAndKeepsNothing) {
  Serve(Stream(200, 1000));
  Start(0)->Detach();
  const AttemptResult result = Wait(0);
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.streamed, 200u);
  EXPECT_EQ(budget_.reserved(), 0u);
}

// semantics 71, 72
TEST_F(GrpcInvokerTest, AConnectionThatDiesInTheMiddleIsTheTransports) {
  ScriptedSocket socket(test::CloseAfterMessage("one"));
  Dial(socket.address());
  const AttemptResult result = Call();
  Expect(result, 14, v1::ORIGIN_TRANSPORT, v1::DELIVERY_EFFECT_UNKNOWN);
  EXPECT_EQ(result.message, "Socket closed");
}

// semantics 71, 72
TEST_F(GrpcInvokerTest, NobodyThereIsNeverSent) {
  const test::DeafPort port;
  Dial(port.address());
  Expect(Call(), 14, v1::ORIGIN_TRANSPORT, v1::DELIVERY_NEVER_SENT);
}

// semantics 71
TEST_F(GrpcInvokerTest, ARefusedStreamIsSentOnceMore) {
  for (const bool server_streaming : {false, true}) {
    ScriptedSocket socket({test::ResetStream(test::kRefusedStream), test::Answer("pong")});
    Dial(socket.address());
    const AttemptResult result = Call(server_streaming);
    EXPECT_EQ(result.code, 0) << result.message;
    EXPECT_EQ(socket.streams(), 2);
    EXPECT_EQ(MessagesOf(result), server_streaming ? Messages{"pong"} : Messages{});
    invoker_.reset();
  }
}

// semantics 71
TEST_F(GrpcInvokerTest, AStreamRefusedTwiceIsNeverSent) {
  ScriptedSocket socket(test::ResetStream(test::kRefusedStream));
  Dial(socket.address());
  Expect(Call(), 14, v1::ORIGIN_TRANSPORT, v1::DELIVERY_NEVER_SENT);
  EXPECT_EQ(socket.streams(), 2);
}

// semantics 71
TEST_F(GrpcInvokerTest, AStreamRefusedAfterAMessageWasSeen) {
  ScriptedSocket socket(test::ResetStreamAfterMessage("one", test::kRefusedStream));
  Dial(socket.address());
  Expect(Call(), 14, v1::ORIGIN_TRANSPORT, v1::DELIVERY_EFFECT_UNKNOWN);
  EXPECT_EQ(socket.streams(), 1);
}

TEST_F(GrpcInvokerTest, ACompressedMessageIsAgainstTheProtocol) {
  ScriptedSocket socket(test::CompressedAnswer("gzip", "not even gzip"));
  Dial(socket.address());
  Expect(Call(), 13, v1::ORIGIN_TRANSPORT, v1::DELIVERY_EFFECT_UNKNOWN, "BACKEND_PROTOCOL");
}

TEST_F(GrpcInvokerTest, AnIllegalStatusAfterAMessageIsAgainstTheProtocol) {
  Behavior behavior = Stream(1);
  behavior.code = 99;
  Serve(behavior);
  Expect(Call(), 2, v1::ORIGIN_TRANSPORT, v1::DELIVERY_EFFECT_UNKNOWN, "BACKEND_PROTOCOL");
}

TEST_F(GrpcInvokerTest, ManyStreamsAtOnceReuseTheirAttempts) {
  constexpr std::uint32_t kStreams = 300;
  Serve(Stream(5));
  for (int round = 0; round < 3; ++round) {
    for (std::uint32_t slot = 0; slot < kStreams; ++slot) Start(slot);
    for (std::uint32_t slot = 0; slot < kStreams; ++slot) {
      const AttemptResult result = Wait(slot);
      EXPECT_EQ(MessagesOf(result), (Messages{"0", "1", "2", "3", "4"}));
      if (result.replies != nullptr) budget_.Release(result.replies->counted());
    }
  }
  EXPECT_EQ(budget_.reserved(), 0u);
}

}  // namespace
}  // namespace gather::engine
