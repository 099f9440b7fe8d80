// A scripted socket as a process of its own: a backend that goes wrong in the way that the argument
// says, on every connection.
//
//   scripted_main SCRIPT [FILE]
//
// FILE holds the message of the script `gzip`, compressed. Prints `scripted: serving on
// ADDRESS:PORT` on standard error when it is ready; ends on SIGTERM or SIGINT.

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "tests/support/scripted_socket.h"
#include "tests/support/socket_scripts.h"

namespace gather::test {
namespace {

std::string ReadFile(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

std::map<std::string, Script> Scripts(const char* file) {
  return {
      {"close-after-headers", CloseAfterHeaders()},
      {"garbage", Garbage()},
      {"garbage-after-request", GarbageAfterRequest()},
      {"gzip", CompressedAnswer("gzip", file == nullptr ? "" : ReadFile(file))},
      {"http-one", HttpOne()},
      {"illegal-status", IllegalStatus(99)},
      {"ok-without-message", OkWithoutMessage()},
      {"refuse-streams", ResetStream(kRefusedStream)},
      {"reset-after-request", ResetAfterRequest()},
      {"silent", SilentAfterSettings()},
  };
}

int Serve(Script script) {
  // Blocked before any thread starts, so that only sigwait() sees them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  ScriptedSocket socket(std::move(script));
  std::fprintf(stderr, "scripted: serving on %s\n", socket.address().c_str());
  int received = 0;
  sigwait(&signals, &received);
  return 0;
}

}  // namespace
}  // namespace gather::test

int main(int argc, char** argv) {
  const auto scripts = gather::test::Scripts(argc > 2 ? argv[2] : nullptr);
  const auto script = argc > 1 ? scripts.find(argv[1]) : scripts.end();
  if (script == scripts.end()) {
    std::fprintf(stderr, "usage: scripted_main SCRIPT [FILE]\n");
    return 2;
  }
  return gather::test::Serve(script->second);
}
