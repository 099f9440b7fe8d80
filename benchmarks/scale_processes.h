#ifndef BENCHMARKS_SCALE_PROCESSES_H_
#define BENCHMARKS_SCALE_PROCESSES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "benchmarks/child_process.h"
#include "benchmarks/programs.h"

namespace gather::benchmarks {

// Paths of what a run is made of.
struct ScalePrograms {
  std::string door_runner;
  std::string scale_client;
  std::string echo_backend;
  std::string hold_backend;
  std::string gatherd;
};

// What is measured, and how thoroughly.
struct ScaleSettings {
  ScalePrograms programs;
  int rounds = 5;
  bool quick = false;  // a look whether all works: less of everything
};

// Lets this process and those that it starts from now on have as many files open as the system
// allows. False: that is less than 4,096, and 1,000 connections and 200 targets may be too much.
bool RaiseFileLimit();

// A target of a gatherd: its name, its address, and further members of its JSON, each beginning
// with a comma.
struct ScaleTarget {
  std::string name;
  std::string address;
  std::string members = "";
};

// t0, t1, ... of addresses that are separated by commas.
std::vector<ScaleTarget> NumberedTargets(const std::string& addresses);

// A gatherd of those targets, in which limits on calls and streams hold nothing back. `environment`
// are assignments, as for env(1).
absl::StatusOr<Program> StartScaleGatherd(const std::string& path,
                                          const std::vector<ScaleTarget>& targets, int workers = 1,
                                          const std::vector<std::string>& environment = {});

// A client process that answers a line with a line of numbers.
class ClientProcess {
 public:
  // Waits until it is ready.
  static absl::StatusOr<std::unique_ptr<ClientProcess>> Start(
      const std::vector<std::string>& command);

  absl::Status Tell(const std::string& line) { return process_->WriteLine(line); }
  absl::StatusOr<std::vector<std::int64_t>> Hear();
  absl::StatusOr<std::vector<std::int64_t>> Ask(const std::string& line);

  ChildProcess* process() { return process_.get(); }

 private:
  explicit ClientProcess(std::unique_ptr<ChildProcess> process) : process_(std::move(process)) {}

  const std::unique_ptr<ChildProcess> process_;
};

// A client of a door, with those programs behind it.
absl::StatusOr<std::unique_ptr<ClientProcess>> StartDoor(const ScalePrograms& programs,
                                                         const std::string& door,
                                                         const std::string& backend,
                                                         const std::string& gatherd);
absl::StatusOr<std::unique_ptr<ClientProcess>> StartScaleClient(const ScalePrograms& programs,
                                                                const std::string& door,
                                                                const std::string& backends,
                                                                const std::string& gatherd);

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_SCALE_PROCESSES_H_
