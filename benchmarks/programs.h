#ifndef BENCHMARKS_PROGRAMS_H_
#define BENCHMARKS_PROGRAMS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "benchmarks/child_process.h"

namespace gather::benchmarks {

// A program that serves, and where.
struct Program {
  std::unique_ptr<ChildProcess> process;
  std::string address;
};

// A backend of that command line, which prints where it is in one line.
absl::StatusOr<Program> StartBackend(const std::vector<std::string>& command);

// The echo backend of that path; each call takes `delay`.
absl::StatusOr<Program> StartEchoBackend(const std::string& path, absl::Duration delay);

// What becomes of a gatherd's log after its first line: errors, and the audit log where it is on.
enum class GatherdLog { kShown, kDropped };

// The gatherd of that path, with a configuration file of that content. `environment` has
// assignments, as env(1) takes them.
absl::StatusOr<Program> StartGatherd(const std::string& path, absl::string_view configuration,
                                     GatherdLog log = GatherdLog::kShown,
                                     const std::vector<std::string>& environment = {});

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_PROGRAMS_H_
