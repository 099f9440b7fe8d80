// Serves the demo backends until SIGTERM or SIGINT. Says where on standard output, in one line, as
// gatherd's --targets takes it.

#include <csignal>
#include <cstdio>

#include "examples/demo_backends.h"

int main() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before any thread starts

  const demo::DemoBackends backends;
  std::puts(backends.targets().c_str());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}
