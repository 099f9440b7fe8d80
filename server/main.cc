// gatherd: flags in, a server until a signal comes, an exit status.

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "server/flags.h"
#include "server/log.h"
#include "server/server.h"
#include "server/version.h"

namespace {

using gather::server::CommandLine;
using gather::server::Server;

constexpr int kUsage = 2;

// Blocks the two signals, in this thread and all that it starts, and makes them readable instead.
int BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signalfd(-1, &signals, SFD_CLOEXEC);
}

void AwaitSignal(int signals) {
  signalfd_siginfo info;
  while (read(signals, &info, sizeof info) != sizeof info) {
  }
}

// Serves until the first signal, then drains. A second one ends the process at once.
int ServeUntilSignal(Server* server, int signals) {
  AwaitSignal(signals);
  gather::server::Log(gather::server::LogLevel::kInfo, "draining", {});
  const int drained = eventfd(0, EFD_CLOEXEC);
  std::thread drain([server, drained] {
    server->Drain();
    eventfd_write(drained, 1);
  });
  pollfd ready[] = {{drained, POLLIN, 0}, {signals, POLLIN, 0}};
  while (poll(ready, 2, -1) < 0) {
  }
  if (ready[0].revents == 0) _exit(1);
  drain.join();
  close(drained);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  auto command_line =
      gather::server::ParseCommandLine(std::vector<std::string>(argv + 1, argv + argc));
  if (!command_line.ok()) {
    std::fprintf(stderr, "gatherd: %s\n", std::string(command_line.status().message()).c_str());
    return kUsage;
  }
  if (command_line->action == CommandLine::Action::kShowHelp) {
    std::fputs(gather::server::HelpText().c_str(), stdout);
    return 0;
  }
  if (command_line->action == CommandLine::Action::kShowVersion) {
    std::printf("gatherd %s\n", gather::server::kVersion);
    return 0;
  }
  gather::server::SetLogLevel(command_line->log_level);
  gather::server::SilenceGrpc();
  // Debian builds Abseil with its check of lock order; with 10,000 calls in flight that check costs
  // gRPC's locks several times the work that they guard.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  std::signal(SIGPIPE, SIG_IGN);  // a log that nobody reads any more must not end the server
  const int signals = BlockSignals();
  auto server = Server::Start(std::move(command_line->options));
  if (!server.ok()) {
    std::fprintf(stderr, "gatherd: --listen: %s\n", std::string(server.status().message()).c_str());
    return kUsage;
  }
  gather::server::LogGrpc();
  std::fprintf(stderr, "gatherd: serving on %s\n", (*server)->address().c_str());
  return ServeUntilSignal(server->get(), signals);
}
