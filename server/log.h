#ifndef GATHER_SERVER_LOG_H_
#define GATHER_SERVER_LOG_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/log_field.h"
#include "server/log_line.h"

namespace gather::server {

// Lines below this level are dropped, and the others are written like that. From any thread.
void SetLogLevel(LogLevel level);
void SetLogFormat(LogFormat format);

// Whether a line of that level would be written: to spare the work of making one.
bool Logs(LogLevel level);

// One line on standard error, from any thread; see LogLine(). `event` is a word that a program can
// look for.
void Log(LogLevel level, absl::string_view event, const std::vector<LogField>& fields);

// The same at level info, whatever the level is: of logs that somebody has switched on.
void LogAlways(absl::string_view event, const std::vector<LogField>& fields);

// While it lives, lines are written by a thread of their own, and a log that nobody takes holds up
// nobody. Before, and afterwards, Log() writes them itself. One at a time.
class LogThread {
 public:
  LogThread();
  ~LogThread();
  LogThread(const LogThread&) = delete;
  LogThread& operator=(const LogThread&) = delete;
};

// How many lines were dropped because nobody took them.
std::uint64_t LogLinesDropped();

// How many lines were not written since there were too many of their kind, where nobody else counts
// them; and one more. From any thread.
std::uint64_t LogLinesLeftOut();
void CountLineLeftOut();

// Drops what gRPC and protobuf write by themselves. While the server starts, what gRPC says is said
// again, in one line, by the error that comes back; what protobuf says of a malformed request is
// said to its caller.
void SilenceLibraries();

// From now on gRPC's own lines go through Log(), as event `grpc`: at most 100 a second, since
// whoever reaches the port can bring them about.
void LogGrpc();

}  // namespace gather::server

#endif  // GATHER_SERVER_LOG_H_
