// A programmable gRPC backend as a process of its own, for tests that kill it or that are written
// in another language. What a call gets is said by its metadata: see FromMetadata() in behavior.h.
//
//   backend_main [--port=PORT]
//
// Prints `backend: serving on ADDRESS:PORT` on standard error when it is ready; ends on SIGTERM or
// SIGINT. `/test.Control/Stats` answers with what it has seen, one "name value…" a line; cancel_ns
// are the times at which cancels were seen, by CLOCK_MONOTONIC. `/test.Control/Calls` describes
// each call so far: "call METHOD ended|open|cancelled".

#include <csignal>
#include <cstdio>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "tests/support/test_backend.h"

namespace gather::test {
namespace {

std::string Stats(const TestBackend& backend) {
  const CallCounts counts = backend.counts();
  std::string text =
      absl::StrCat("calls ", counts.calls, "\nin_flight ", counts.in_flight, "\nmax_in_flight ",
                   counts.max_in_flight, "\ncancelled ", counts.cancelled, "\ncancel_ns");
  for (const CallRecord& record : backend.records()) {
    if (!record.cancelled_at) continue;
    absl::StrAppend(&text, " ", record.cancelled_at->time_since_epoch().count());
  }
  return absl::StrCat(text, "\n");
}

std::string Calls(const TestBackend& backend) {
  std::string text;
  for (const CallRecord& record : backend.records()) {
    const char* state = record.cancelled_at ? "cancelled" : record.ended ? "ended" : "open";
    absl::StrAppend(&text, "call ", record.call.method, " ", state, "\n");
  }
  return text;
}

bool ParsePort(int argc, char** argv, int* port) {
  for (int i = 1; i < argc; ++i) {
    absl::string_view flag = argv[i];
    if (!absl::ConsumePrefix(&flag, "--port=") || !absl::SimpleAtoi(flag, port)) return false;
  }
  return true;
}

// Blocks until SIGTERM or SIGINT. The signals must have been blocked before any thread started.
void AwaitEnd(const sigset_t& signals) {
  int received = 0;
  sigwait(&signals, &received);
}

int Serve(int port) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  TestBackend backend(Echo, {.listen = absl::StrCat("127.0.0.1:", port)});
  backend.SetResponder([&backend](const ReceivedCall& call) {
    if (call.method == "/test.Control/Stats") return Reply(Stats(backend));
    if (call.method == "/test.Control/Calls") return Reply(Calls(backend));
    return FromMetadata(call);
  });
  std::fprintf(stderr, "backend: serving on %s\n", backend.address().c_str());
  AwaitEnd(signals);
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
