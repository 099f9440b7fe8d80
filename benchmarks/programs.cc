#include "benchmarks/programs.h"

#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace gather::benchmarks {
namespace {

// A file that goes with this.
class TemporaryFile {
 public:
  explicit TemporaryFile(absl::string_view content) {
    const int file = mkstemp(path_.data());
    written_ = file >= 0 &&
               write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size());
    if (file >= 0) close(file);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { unlink(path_.c_str()); }

  bool written() const { return written_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_ = "/tmp/gather_benchmark_XXXXXX";
  bool written_ = false;
};

}  // namespace

absl::StatusOr<Program> StartEchoBackend(const std::string& path, absl::Duration delay) {
  return StartBackend({path, absl::StrCat("--delay=", absl::FormatDuration(delay))});
}

absl::StatusOr<Program> StartBackend(const std::vector<std::string>& command) {
  auto backend = ChildProcess::Start(command, ChildProcess::Output::kStandardOutput);
  if (!backend.ok()) return backend.status();
  absl::StatusOr<std::string> line = (*backend)->ReadLine();
  if (!line.ok()) return line.status();
  return Program{*std::move(backend), *std::move(line)};
}

absl::StatusOr<Program> StartGatherd(const std::string& path, absl::string_view configuration,
                                     GatherdLog log, const std::vector<std::string>& environment) {
  const TemporaryFile file(configuration);
  if (!file.written()) return absl::InternalError("no configuration file could be written");
  std::vector<std::string> command = {"/usr/bin/env"};
  command.insert(command.end(), environment.begin(), environment.end());
  command.insert(command.end(), {path, "--listen=127.0.0.1:0", "--log_level=error",
                                 absl::StrCat("--config=", file.path())});
  auto gatherd = ChildProcess::Start(command, ChildProcess::Output::kStandardError);
  if (!gatherd.ok()) return gatherd.status();
  absl::StatusOr<std::string> line = (*gatherd)->ReadLine();
  if (!line.ok()) return line.status();
  const std::string ready = "gatherd: serving on ";
  if (!absl::StartsWith(*line, ready)) return absl::InternalError(*line);
  if (log == GatherdLog::kShown) {
    (*gatherd)->ForwardOutput();
  } else {
    (*gatherd)->DropOutput();
  }
  return Program{*std::move(gatherd), line->substr(ready.size())};
}

}  // namespace gather::benchmarks
