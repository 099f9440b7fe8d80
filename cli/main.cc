// gatherctl: arguments in, one command, an exit status.

#include <grpc/support/log.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "cli/bash_completion.h"
#include "cli/call_command.h"
#include "cli/capabilities_command.h"
#include "cli/check_command.h"
#include "cli/command_line.h"
#include "cli/command_line_parser.h"
#include "cli/conclusion.h"
#include "cli/help.h"
#include "cli/man_page.h"
#include "cli/usage.h"
#include "google/protobuf/stubs/logging.h"
#include "server/version.h"

namespace {

using gather::cli::Command;
using gather::cli::CommandLine;

// The libraries write to standard error what comes as a status as well, unless they are asked to.
void SilenceLibraries() {
  if (std::getenv("GRPC_VERBOSITY") == nullptr) {
    gpr_set_log_function([](gpr_log_func_args*) {});
  }
  google::protobuf::SetLogHandler(nullptr);
  // Debian's Abseil looks for locks that wait for each other, at the cost of every lock.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
}

int Print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return gather::cli::kSatisfied;
}

int Run(const CommandLine& line) {
  switch (line.command) {
    case Command::kCall:
      return gather::cli::RunCall(line);
    case Command::kCheck:
      return gather::cli::RunCheck(line);
    case Command::kCapabilities:
      return gather::cli::RunCapabilities(line);
    case Command::kCompletion:
      return Print(gather::cli::BashCompletion());
    case Command::kMan:
      return Print(gather::cli::ManPage());
    case Command::kVersion:
      return Print(std::string("gatherctl ") + gather::server::kVersion + "\n");
    case Command::kHelp:
    case Command::kNone:
      return Print(gather::cli::HelpText(line.topic));
  }
  return gather::cli::kUsage;
}

}  // namespace

int main(int argc, char** argv) {
  SilenceLibraries();
  auto line = gather::cli::ParseCommandLine(std::vector<std::string>(argv + 1, argv + argc));
  if (!line.ok()) return gather::cli::Complain(line.status());
  const int status = Run(*line);
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  std::fputs("gatherctl: cannot write to standard output\n", stderr);
  return gather::cli::kFailed;
}
