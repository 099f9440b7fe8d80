#ifndef BENCHMARKS_CHILD_PROCESS_H_
#define BENCHMARKS_CHILD_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace gather::benchmarks {

// A program started by the harness, which talks to it in lines. Killed and awaited by the
// destructor, and by the system if the harness dies. Used by one thread.
class ChildProcess {
 public:
  // Which of its outputs the harness reads; the other one goes where the harness's own goes.
  enum class Output { kStandardOutput, kStandardError };

  // Starts `command`, whose first element is the path of a program.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(
      const std::vector<std::string>& command, Output output);

  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  // Blocks until the program has written a line; UNAVAILABLE if it ended before.
  absl::StatusOr<std::string> ReadLine();

  absl::Status WriteLine(absl::string_view line);

  // From here on what it writes goes to the harness's standard error, or nowhere; no more ReadLine.
  void ForwardOutput();
  void DropOutput();

  // Keeps its threads, and those that they start, on these cores from now on.
  void RunOn(const std::vector<int>& cores);

  // CPU time of all its threads since its start, in user and system mode.
  absl::Duration CpuTime() const;

  // What it holds of the machine's memory; 0 if that cannot be read.
  int64_t ResidentKilobytes() const;

  // The most that it has held since its start or since ForgetPeak(); 0 if that cannot be read.
  int64_t PeakKilobytes() const;
  void ForgetPeak();

 private:
  ChildProcess(std::string name, pid_t pid, std::FILE* input, std::FILE* output)
      : name_(std::move(name)), pid_(pid), input_(input), output_(output) {}

  const std::string name_;
  const pid_t pid_;
  std::FILE* const input_;
  std::FILE* const output_;
  std::thread forwarder_;
};

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_CHILD_PROCESS_H_
