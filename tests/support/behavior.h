#ifndef GATHER_TESTS_SUPPORT_BEHAVIOR_H_
#define GATHER_TESTS_SUPPORT_BEHAVIOR_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// What a programmable backend received, and what it is told to do about it.
namespace gather::test {

// A call as the backend saw it arrive.
struct ReceivedCall {
  std::string method;
  // In the order of arrival, without gRPC's own keys (":path", "grpc-timeout", …).
  std::vector<std::pair<std::string, std::string>> metadata;
  std::string authority;
  // What was left of the call's deadline; nothing: it has none.
  std::optional<std::chrono::nanoseconds> deadline_left;
  std::string request;
  // 0 for the backend's first call.
  size_t arrival = 0;
  std::chrono::steady_clock::time_point arrived_at;
};

// The value of the first entry with that key, or null.
const std::string* FindMetadata(const ReceivedCall& call, const std::string& key);

// How one call is answered. The default is OK with an empty message.
struct Behavior {
  std::string reply;
  // How many times `reply` is sent; 0 ends the call without a message, whatever its code.
  int messages = 1;
  // The messages are their numbers from 0, in decimal, in place of `reply`.
  bool numbered = false;
  // Does not end after the messages; only when the caller cancels or leaves.
  bool stall = false;
  int code = 0;
  std::string message;
  std::string details;  // the bytes of grpc-status-details-bin
  std::vector<std::pair<std::string, std::string>> trailers;
  std::chrono::nanoseconds delay{0};
  // Never answers; ends when the caller cancels or leaves.
  bool hang = false;
};

// Decides what to do about a call. Called on the backend's own thread; must not block.
using Responder = std::function<Behavior(const ReceivedCall&)>;

Behavior Echo(const ReceivedCall& call);
Behavior Reply(std::string reply);
Behavior Fail(int code, std::string message);
Behavior Hang();

// What the call's metadata asks for, else an echo: how a test that speaks to a backend in another
// process, or through a server in between, programs each call.
//
//   x-test-delay-ms      answer after that many milliseconds
//   x-test-code          fail with that code, without a message
//   x-test-message       the status message; x-test-message-bin: one that is not ASCII
//   x-test-details-bin   the bytes of grpc-status-details-bin
//   x-test-reply-bytes   a reply of that many bytes in place of the echo
//   x-test-messages      how often the reply is sent (0: no message; code 0: OK without a message)
//   x-test-numbered      the messages are "0", "1", …
//   x-test-stall         after the messages, do not end
//   x-test-hang          never answer
//   x-test-trailer-NAME  a trailer NAME with that value
//   x-test-describe      reply with a text of what was received: lines "method M", "authority A",
//                        "deadline_ms N" (when there is one), "metadata KEY HEX-OF-VALUE" in order
//                        of arrival
Behavior FromMetadata(const ReceivedCall& call);

}  // namespace gather::test

#endif  // GATHER_TESTS_SUPPORT_BEHAVIOR_H_
