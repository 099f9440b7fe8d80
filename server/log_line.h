#ifndef GATHER_SERVER_LOG_LINE_H_
#define GATHER_SERVER_LOG_LINE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/log_field.h"

namespace gather::server {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// "debug", "info", "warning" or "error"; false when `text` is none of them.
bool ParseLogLevel(absl::string_view text, LogLevel* level);

enum class LogFormat { kText, kJson };

// One line of the log, without its newline; `time` as it is to be written.
//
//   2026-01-31T12:00:00.123456Z warning gather_failed gather_id=4f… label="home page" failed=2
//   {"time":"2026-01-31T12:00:00.123456Z","level":"warning","event":"gather_failed",
//    "gather_id":"4f…","label":"home page","failed":2}
//
// As text, values are quoted when they hold anything but letters, digits and .:/_+-, with quotes,
// backslashes and control characters escaped; as JSON, bytes that are not UTF-8 become `?`. So
// whatever a caller puts into a field, it stays one field of one line.
std::string LogLine(LogFormat format, absl::string_view time, LogLevel level,
                    absl::string_view event, const std::vector<LogField>& fields);

// The text format.
std::string LogLine(absl::string_view time, LogLevel level, absl::string_view event,
                    const std::vector<LogField>& fields);

}  // namespace gather::server

#endif  // GATHER_SERVER_LOG_LINE_H_
