#include "cli/interrupts.h"

#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace gather::cli {
namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM};

// What a handler can reach.
std::atomic<int> event = -1;
std::atomic<int> came = 0;

void OnSignal(int signal) {
  const int error = errno;
  came = signal;
  eventfd_write(event, 1);
  errno = error;
}

void SetAction(int signal, void (*handler)(int), int flags) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(signal, &action, nullptr);
}

bool IsIgnored(int signal) {
  struct sigaction action = {};
  sigaction(signal, nullptr, &action);
  return action.sa_handler == SIG_IGN;
}

}  // namespace

Interrupts::Interrupts() {
  came = 0;
  event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  for (const int signal : kSignals) {
    // The handler takes itself away: the second signal finds the default.
    if (!IsIgnored(signal))
      SetAction(signal, &OnSignal, static_cast<int>(SA_RESETHAND | SA_RESTART));
  }
}

Interrupts::~Interrupts() {
  for (const int signal : kSignals) {
    if (!IsIgnored(signal)) SetAction(signal, SIG_DFL, 0);
  }
  close(event.exchange(-1));
}

int Interrupts::descriptor() const { return event; }

int Interrupts::signal() const { return came; }

}  // namespace gather::cli
