// gatherd: flags in, a server until a signal comes, an exit status.

#include <malloc.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "server/config/config_source.h"
#include "server/config/configuration.h"
#include "server/config/mistakes.h"
#include "server/flags.h"
#include "server/log.h"
#include "server/server.h"
#include "server/version.h"

namespace {

using gather::server::CommandLine;
using gather::server::ConfigSource;
using gather::server::Configuration;
using gather::server::Mistakes;
using gather::server::Server;

constexpr int kUsage = 2;

// What the next gather will want again is kept, up to so much in each thread's heap: given back to
// the system after every gather of large payloads, it would be faulted in anew, page by page.
constexpr int kKeptFreeBytes = 64 << 20;
constexpr int kMappedBytes = 4 << 20;  // what is larger is mapped for itself, and never kept

void KeepFreedMemory() {
  mallopt(M_TRIM_THRESHOLD, kKeptFreeBytes);
  mallopt(M_MMAP_THRESHOLD, kMappedBytes);
}

// Blocks the signals that are handled, in this thread and all that it starts, and makes them
// readable instead.
int BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signalfd(-1, &signals, SFD_CLOEXEC);
}

int AwaitSignal(int signals) {
  signalfd_siginfo info;
  while (read(signals, &info, sizeof info) != sizeof info) {
  }
  return static_cast<int>(info.ssi_signo);
}

// Whether a signal to end has come. A SIGHUP is taken, and does nothing to a server that drains.
bool MustEnd(int signals) { return AwaitSignal(signals) != SIGHUP; }

// Serves until the first signal to end, then drains. A second one ends the process at once.
int ServeUntilSignal(Server* server, const ConfigSource& source, int signals) {
  while (!MustEnd(signals)) server->Reload(source);
  gather::server::Log(gather::server::LogLevel::kInfo, "draining", {});
  const int drained = eventfd(0, EFD_CLOEXEC);
  std::thread drain([server, drained] {
    server->Drain();
    eventfd_write(drained, 1);
  });
  pollfd ready[] = {{drained, POLLIN, 0}, {signals, POLLIN, 0}};
  while (poll(ready, 2, -1) < 0 || ready[0].revents == 0) {
    if (ready[1].revents != 0 && MustEnd(signals)) _exit(1);
  }
  drain.join();
  close(drained);
  return 0;
}

// All of them, or as one line the first of them.
void TellMistakes(const Mistakes& mistakes, bool all) {
  if (all || mistakes.size() == 1) {
    for (const std::string& mistake : mistakes) {
      std::fprintf(stderr, "gatherd: %s\n", mistake.c_str());
    }
    return;
  }
  std::fprintf(stderr, "gatherd: %s (and %zu more: see --check_config)\n", mistakes[0].c_str(),
               mistakes.size() - 1);
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
  auto loaded = command_line->source.Load(nullptr);
  if (const auto* mistakes = std::get_if<Mistakes>(&loaded)) {
    TellMistakes(*mistakes, command_line->action == CommandLine::Action::kCheckConfig);
    return kUsage;
  }
  if (command_line->action == CommandLine::Action::kCheckConfig) {
    std::puts("OK");
    return 0;
  }
  auto& configuration = std::get<Configuration>(loaded);
  gather::server::SetLogLevel(configuration.log_level);
  gather::server::SetLogFormat(configuration.log_format);
  gather::server::SilenceLibraries();
  // Debian builds Abseil with its check of lock order; with 10,000 calls in flight that check costs
  // gRPC's locks several times the work that they guard.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  std::signal(SIGPIPE, SIG_IGN);  // a log that nobody reads any more must not end the server
  KeepFreedMemory();
  const int signals = BlockSignals();
  const gather::server::LogThread log_thread;
  auto server = Server::Start(std::move(configuration));
  if (!server.ok()) {
    std::fprintf(stderr, "gatherd: %s\n", std::string(server.status().message()).c_str());
    return kUsage;
  }
  gather::server::LogGrpc();
  std::fprintf(stderr, "gatherd: serving on %s\n", (*server)->address().c_str());
  if (const std::string admin = (*server)->admin_address(); !admin.empty()) {
    std::fprintf(stderr, "gatherd: admin on %s\n", admin.c_str());
  }
  return ServeUntilSignal(server->get(), command_line->source, signals);
}
