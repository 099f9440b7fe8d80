// A programmable gRPC backend as a process of its own, for tests that kill it or that are written
// in another language. What a call gets is said by its metadata: see FromMetadata() in behavior.h.
//
//   backend_main [--port=PORT]
//
// Prints `backend: serving on ADDRESS:PORT` on standard error when it is ready; ends on SIGTERM or
// SIGINT. Methods of its own:
//
//   /test.Control/Stats    what it has seen: lines "calls N", "in_flight N", "max_in_flight N",
//                          "held N", "cancelled N"
//   /test.Control/ForgetPeak
//                          the same; "max_in_flight" counts from now on
//   /test.Control/Calls    a line for each call: "METHOD ARRIVED ENDED CANCELLED", times in
//                          nanoseconds of CLOCK_MONOTONIC, 0 for what has not happened
//   /test.Control/Hold     from now on holds calls of the method that the request names
//   /test.Control/Release  answers those held, and stops holding

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "tests/support/behavior.h"
#include "tests/support/call_ledger.h"
#include "tests/support/test_backend.h"

namespace gather::test {
namespace {

using Time = std::chrono::steady_clock::time_point;

std::string Stats(const CallCounts& counts) {
  return absl::StrCat("calls ", counts.calls, "\nin_flight ", counts.in_flight, "\nmax_in_flight ",
                      counts.max_in_flight, "\nheld ", counts.held, "\ncancelled ",
                      counts.cancelled, "\n");
}

int64_t Nanoseconds(const std::optional<Time>& time) {
  return time ? time->time_since_epoch().count() : 0;
}

std::string Calls(const std::vector<CallRecord>& records) {
  std::string text;
  for (const CallRecord& record : records) {
    absl::StrAppend(&text, record.call.method, " ", Nanoseconds(record.call.arrived_at), " ",
                    Nanoseconds(record.ended_at), " ", Nanoseconds(record.cancelled_at), "\n");
  }
  return text;
}

Behavior Respond(TestBackend* backend, const ReceivedCall& call) {
  if (call.method == "/test.Control/Stats") return Reply(Stats(backend->counts()));
  if (call.method == "/test.Control/ForgetPeak") {
    backend->ForgetPeak();
    return Reply(Stats(backend->counts()));
  }
  if (call.method == "/test.Control/Calls") return Reply(Calls(backend->records()));
  if (call.method == "/test.Control/Hold") {
    backend->Hold(call.request);
    return Reply("");
  }
  if (call.method == "/test.Control/Release") {
    backend->Release(call.request);
    return Reply("");
  }
  return FromMetadata(call);
}

bool ParsePort(int argc, char** argv, int* port) {
  for (int i = 1; i < argc; ++i) {
    absl::string_view flag = argv[i];
    if (!absl::ConsumePrefix(&flag, "--port=") || !absl::SimpleAtoi(flag, port)) return false;
  }
  return true;
}

int Serve(int port) {
  // Blocked before any thread starts, so that only sigwait() sees them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  TestBackend backend(Echo, {.listen = absl::StrCat("127.0.0.1:", port)});
  backend.SetResponder([&](const ReceivedCall& call) { return Respond(&backend, call); });
  std::fprintf(stderr, "backend: serving on %s\n", backend.address().c_str());
  int received = 0;
  sigwait(&signals, &received);
  return 0;
}

}  // namespace
}  // namespace gather::test

int main(int argc, char** argv) {
  int port = 0;
  if (!gather::test::ParsePort(argc, argv, &port)) {
    std::fprintf(stderr, "usage: backend_main [--port=PORT]\n");
    return 2;
  }
  return gather::test::Serve(port);
}
