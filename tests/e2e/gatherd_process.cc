#include "tests/e2e/gatherd_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace gather::test {
namespace {

constexpr char kReady[] = "gatherd: serving on ";

std::string BinaryPath() {
  const char* const runfiles = std::getenv("TEST_SRCDIR");
  const char* const workspace = std::getenv("TEST_WORKSPACE");
  if (runfiles == nullptr || workspace == nullptr) return "bazel-bin/server/gatherd";
  return absl::StrCat(runfiles, "/", workspace, "/server/gatherd");
}

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "gatherd process: %s\n", what.c_str());
  std::abort();
}

pid_t Spawn(std::vector<std::string> arguments, int standard_error) {
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, standard_error, STDERR_FILENO);
  pid_t pid = -1;
  if (posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ) != 0) {
    Die(absl::StrCat("cannot start ", arguments[0]));
  }
  posix_spawn_file_actions_destroy(&actions);
  return pid;
}

}  // namespace

GatherdProcess::GatherdProcess(const std::vector<std::string>& flags) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) Die("no pipe");
  std::vector<std::string> arguments = {BinaryPath(), "--listen=127.0.0.1:0"};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  pid_ = Spawn(std::move(arguments), ends[1]);
  close(ends[1]);
  std::FILE* const log = fdopen(ends[0], "r");
  char line[4096];
  const std::size_t prefix = sizeof kReady - 1;
  while (address_.empty()) {
    if (std::fgets(line, sizeof line, log) == nullptr) Die("it ended before it was ready");
    const std::string text(line);
    if (text.compare(0, prefix, kReady) == 0) {
      address_ = text.substr(prefix, text.find('\n') - prefix);
    } else {
      std::fputs(line, stderr);
    }
  }
  log_reader_ = std::thread([this, log] { ReadLog(log); });
}

GatherdProcess::~GatherdProcess() {
  if (pid_ > 0) {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }
  log_reader_.join();
}

void GatherdProcess::ReadLog(std::FILE* log) {
  char line[4096];
  while (std::fgets(line, sizeof line, log) != nullptr) {
    std::fputs(line, stderr);
    const std::lock_guard lock(mutex_);
    lines_.emplace_back(line);
    line_came_.notify_all();
  }
  std::fclose(log);
}

std::vector<std::string> GatherdProcess::WaitForEvents(const std::string& event,
                                                       std::size_t count) {
  return WaitForLines(absl::StrCat(" ", event, " "), count);
}

std::vector<std::string> GatherdProcess::WaitForLines(const std::string& text, std::size_t count) {
  std::vector<std::string> found;
  std::unique_lock lock(mutex_);
  line_came_.wait_for(lock, std::chrono::seconds(10), [&] {
    found.clear();
    for (const std::string& line : lines_) {
      if (absl::StrContains(line, text)) found.push_back(line);
    }
    return found.size() >= count;
  });
  return found;
}

std::string GatherdProcess::AdminAddress() {
  const std::string prefix = "gatherd: admin on ";
  std::string address;
  std::unique_lock lock(mutex_);
  line_came_.wait_for(lock, std::chrono::seconds(10), [&] {
    for (const std::string& line : lines_) {
      if (line.compare(0, prefix.size(), prefix) != 0) continue;
      address = line.substr(prefix.size(), line.find('\n') - prefix.size());
    }
    return !address.empty();
  });
  return address;
}

void GatherdProcess::Drain() { kill(pid_, SIGTERM); }

void GatherdProcess::Kill() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

}  // namespace gather::test
