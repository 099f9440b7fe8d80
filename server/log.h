#ifndef GATHER_SERVER_LOG_H_
#define GATHER_SERVER_LOG_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace gather::server {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// "debug", "info", "warning" or "error"; false when `text` is none of them.
bool ParseLogLevel(absl::string_view text, LogLevel* level);

// Lines below this level are dropped. Set once, before any thread logs.
void SetLogLevel(LogLevel level);

using LogField = std::pair<absl::string_view, std::string>;

// One line on standard error, in one write, from any thread:
//   2026-01-31T12:00:00.123456Z warning gather_failed gather_id=4f… label="home page" failed=2
// `event` is a word that a program can look for. Values are quoted when they hold anything but
// letters, digits and .:/_+-, with quotes, backslashes and control characters escaped: whatever a
// caller puts into a field, it stays one line.
void Log(LogLevel level, absl::string_view event, const std::vector<LogField>& fields);

// The line that Log() writes, without its newline.
std::string LogLine(absl::string_view time, LogLevel level, absl::string_view event,
                    const std::vector<LogField>& fields);

// Drops gRPC's own log lines, or sends them through Log() as event `grpc`. While it starts, what
// gRPC says is said again, in one line, by the error that comes back.
void SilenceGrpc();
void LogGrpc();

}  // namespace gather::server

#endif  // GATHER_SERVER_LOG_H_
