#include "benchmarks/scale_processes.h"

#include <sys/resource.h>

#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace gather::benchmarks {

bool RaiseFileLimit() {
  constexpr rlim_t kEnough = 4096;
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  limit.rlim_cur = limit.rlim_max;
  return setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= kEnough;
}

std::vector<ScaleTarget> NumberedTargets(const std::string& addresses) {
  std::vector<ScaleTarget> targets;
  for (const absl::string_view address : absl::StrSplit(addresses, ',')) {
    targets.push_back({absl::StrCat("t", targets.size()), std::string(address)});
  }
  return targets;
}

absl::StatusOr<Program> StartScaleGatherd(const std::string& path,
                                          const std::vector<ScaleTarget>& targets, int workers,
                                          const std::vector<std::string>& environment) {
  const auto append = [](std::string* out, const ScaleTarget& target) {
    absl::StrAppend(out, R"({"name": ")", target.name, R"(", "address": ")", target.address, R"(")",
                    target.members, "}");
  };
  const std::string configuration = absl::StrCat(R"({"listener": {"workers": )", workers,
                                                 R"(, "max_streams_per_connection": 100000},
"targets": [)",
                                                 absl::StrJoin(targets, ",\n", append), R"(],
"allow": [{"principals": ["*"], "targets": ["*"]}],
"limits": {"max_calls": 300000, "max_concurrency": 300000}}
)");
  return StartGatherd(path, configuration, GatherdLog::kShown, environment);
}

absl::StatusOr<std::unique_ptr<ClientProcess>> ClientProcess::Start(
    const std::vector<std::string>& command) {
  auto process = ChildProcess::Start(command, ChildProcess::Output::kStandardOutput);
  if (!process.ok()) return process.status();
  if (auto ready = (*process)->ReadLine(); !ready.ok()) return ready.status();
  return std::unique_ptr<ClientProcess>(new ClientProcess(*std::move(process)));
}

absl::StatusOr<std::vector<std::int64_t>> ClientProcess::Hear() {
  const absl::StatusOr<std::string> line = process_->ReadLine();
  if (!line.ok()) return line.status();
  std::istringstream text(*line);
  std::vector<std::int64_t> numbers;
  for (std::int64_t number = 0; text >> number;) numbers.push_back(number);
  if (!numbers.empty()) return numbers;
  return absl::InternalError(absl::StrCat("a client answered \"", *line, "\""));
}

absl::StatusOr<std::vector<std::int64_t>> ClientProcess::Ask(const std::string& line) {
  if (absl::Status told = Tell(line); !told.ok()) return told;
  return Hear();
}

absl::StatusOr<std::unique_ptr<ClientProcess>> StartDoor(const ScalePrograms& programs,
                                                         const std::string& door,
                                                         const std::string& backend,
                                                         const std::string& gatherd) {
  return ClientProcess::Start({programs.door_runner, absl::StrCat("--door=", door),
                               absl::StrCat("--backend=", backend),
                               absl::StrCat("--gatherd=", gatherd)});
}

absl::StatusOr<std::unique_ptr<ClientProcess>> StartScaleClient(const ScalePrograms& programs,
                                                                const std::string& door,
                                                                const std::string& backends,
                                                                const std::string& gatherd) {
  return ClientProcess::Start({programs.scale_client, absl::StrCat("--door=", door),
                               absl::StrCat("--backends=", backends),
                               absl::StrCat("--gatherd=", gatherd)});
}

}  // namespace gather::benchmarks
