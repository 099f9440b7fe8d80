#include "server/log.h"

#include <grpc/support/log.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace gather::server {
namespace {

constexpr absl::string_view kNames[] = {"debug", "info", "warning", "error"};

std::atomic<LogLevel> g_level{LogLevel::kInfo};

bool IsPlain(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         absl::string_view(".:/_+-").find(c) != absl::string_view::npos;
}

std::string Quoted(const std::string& value) {
  if (!value.empty() && std::all_of(value.begin(), value.end(), IsPlain)) return value;
  return absl::StrCat("\"", absl::CHexEscape(value), "\"");
}

void LogOneOfGrpc(gpr_log_func_args* args) {
  const LogLevel level = args->severity == GPR_LOG_SEVERITY_ERROR  ? LogLevel::kError
                         : args->severity == GPR_LOG_SEVERITY_INFO ? LogLevel::kInfo
                                                                   : LogLevel::kDebug;
  Log(level, "grpc", {{"message", args->message}});
}

}  // namespace

bool ParseLogLevel(absl::string_view text, LogLevel* level) {
  const auto* const found = std::find(std::begin(kNames), std::end(kNames), text);
  if (found == std::end(kNames)) return false;
  *level = static_cast<LogLevel>(found - std::begin(kNames));
  return true;
}

void SetLogLevel(LogLevel level) { g_level = level; }

std::string LogLine(absl::string_view time, LogLevel level, absl::string_view event,
                    const std::vector<LogField>& fields) {
  std::string line = absl::StrCat(time, " ", kNames[static_cast<int>(level)], " ", event);
  for (const auto& [name, value] : fields) absl::StrAppend(&line, " ", name, "=", Quoted(value));
  return line;
}

void Log(LogLevel level, absl::string_view event, const std::vector<LogField>& fields) {
  if (level < g_level.load()) return;
  const std::string time =
      absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::Now(), absl::UTCTimeZone());
  const std::string line = absl::StrCat(LogLine(time, level, event, fields), "\n");
  // There is nobody to tell when standard error is closed.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

void SilenceGrpc() {
  gpr_set_log_function([](gpr_log_func_args*) {});
}

void LogGrpc() { gpr_set_log_function(&LogOneOfGrpc); }

}  // namespace gather::server
