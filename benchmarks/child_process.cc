#include "benchmarks/child_process.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cinttypes>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace gather::benchmarks {
namespace {

[[noreturn]] void Become(const std::vector<std::string>& command, int input, int output,
                         int output_as) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(input, STDIN_FILENO);
  dup2(output, output_as);
  std::vector<char*> argv;
  argv.reserve(command.size() + 1);
  for (const std::string& argument : command) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  _exit(127);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Start(
    const std::vector<std::string>& command, Output output) {
  int to_child[2];
  int from_child[2];
  if (pipe2(to_child, O_CLOEXEC) != 0 || pipe2(from_child, O_CLOEXEC) != 0) {
    return absl::ErrnoToStatus(errno, "pipe2");
  }
  const pid_t pid = fork();
  if (pid < 0) return absl::ErrnoToStatus(errno, "fork");
  if (pid == 0) {
    Become(command, to_child[0], from_child[1],
           output == Output::kStandardOutput ? STDOUT_FILENO : STDERR_FILENO);
  }
  close(to_child[0]);
  close(from_child[1]);
  return std::unique_ptr<ChildProcess>(
      new ChildProcess(command[0], pid, fdopen(to_child[1], "w"), fdopen(from_child[0], "r")));
}

ChildProcess::~ChildProcess() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  if (forwarder_.joinable()) forwarder_.join();
  std::fclose(input_);
  std::fclose(output_);
}

absl::StatusOr<std::string> ChildProcess::ReadLine() {
  std::string line;
  for (int c = std::fgetc(output_); c != '\n'; c = std::fgetc(output_)) {
    if (c == EOF) return absl::UnavailableError(absl::StrCat(name_, " has ended"));
    line.push_back(static_cast<char>(c));
  }
  return line;
}

absl::Status ChildProcess::WriteLine(absl::string_view line) {
  if (std::fprintf(input_, "%.*s\n", static_cast<int>(line.size()), line.data()) < 0 ||
      std::fflush(input_) != 0) {
    return absl::ErrnoToStatus(errno, name_);
  }
  return absl::OkStatus();
}

void ChildProcess::ForwardOutput() {
  forwarder_ = std::thread([output = output_] {
    for (int c = std::fgetc(output); c != EOF; c = std::fgetc(output)) std::fputc(c, stderr);
  });
}

void ChildProcess::DropOutput() {
  forwarder_ = std::thread([output = output_] {
    while (std::fgetc(output) != EOF) continue;
  });
}

void ChildProcess::RunOn(const std::vector<int>& cores) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int core : cores) CPU_SET(core, &set);
  // Only a thread or a process that has ended meanwhile fails here, and needs nothing.
  std::error_code gone;
  std::filesystem::directory_iterator task(absl::StrCat("/proc/", pid_, "/task"), gone);
  for (; !gone && task != std::filesystem::directory_iterator(); task.increment(gone)) {
    sched_setaffinity(std::stoi(task->path().filename().string()), sizeof(set), &set);
  }
}

absl::Duration ChildProcess::CpuTime() const {
  clockid_t clock;
  timespec time;
  if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &time) != 0) {
    return absl::ZeroDuration();
  }
  return absl::DurationFromTimespec(time);
}

int64_t ChildProcess::ResidentKilobytes() const {
  std::ifstream statm(absl::StrCat("/proc/", pid_, "/statm"));
  int64_t size = 0;
  int64_t resident = 0;
  statm >> size >> resident;
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

int64_t ChildProcess::PeakKilobytes() const {
  std::ifstream status(absl::StrCat("/proc/", pid_, "/status"));
  for (std::string line; std::getline(status, line);) {
    int64_t kilobytes = 0;
    if (std::sscanf(line.c_str(), "VmHWM: %" SCNd64, &kilobytes) == 1) return kilobytes;
  }
  return 0;
}

void ChildProcess::ForgetPeak() {
  // 5: see proc(5), /proc/PID/clear_refs.
  std::ofstream(absl::StrCat("/proc/", pid_, "/clear_refs")) << '5';
}

}  // namespace gather::benchmarks
