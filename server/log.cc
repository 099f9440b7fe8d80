#include "server/log.h"

#include <grpc/support/log.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "google/protobuf/stubs/logging.h"
#include "server/line_budget.h"
#include "server/log_writer.h"

namespace gather::server {
namespace {

std::atomic<LogLevel> g_level{LogLevel::kInfo};
std::atomic<LogFormat> g_format{LogFormat::kText};
std::atomic<std::uint64_t> g_left_out{0};

// Never destroyed: threads of gRPC's may log until the process ends.
std::atomic<std::shared_ptr<LogWriter>>& TheWriter() {
  static auto* const writer = new std::atomic<std::shared_ptr<LogWriter>>();
  return *writer;
}

void WriteLine(LogLevel level, absl::string_view event, const std::vector<LogField>& fields) {
  const std::string time =
      absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::Now(), absl::UTCTimeZone());
  const std::string line = absl::StrCat(LogLine(g_format, time, level, event, fields), "\n");
  if (const auto writer = TheWriter().load()) return writer->Write(line);
  // There is nobody to tell when standard error is closed.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

// As LineBudget::Take(), from any thread.
std::optional<std::uint64_t> TakeLineOfGrpc() {
  static auto* const mutex = new std::mutex;
  static auto* const lines = new LineBudget;
  const std::lock_guard lock(*mutex);
  return lines->Take(std::chrono::steady_clock::now());
}

void LogOneOfGrpc(gpr_log_func_args* args) {
  const LogLevel level = args->severity == GPR_LOG_SEVERITY_ERROR  ? LogLevel::kError
                         : args->severity == GPR_LOG_SEVERITY_INFO ? LogLevel::kInfo
                                                                   : LogLevel::kDebug;
  if (!Logs(level)) return;
  const auto suppressed = TakeLineOfGrpc();
  if (!suppressed) return CountLineLeftOut();
  std::vector<LogField> fields = {{"message", args->message}};
  if (*suppressed > 0) fields.emplace_back("suppressed", *suppressed);
  Log(level, "grpc", fields);
}

}  // namespace

void SetLogLevel(LogLevel level) { g_level = level; }

void SetLogFormat(LogFormat format) { g_format = format; }

bool Logs(LogLevel level) { return level >= g_level.load(std::memory_order_relaxed); }

void Log(LogLevel level, absl::string_view event, const std::vector<LogField>& fields) {
  if (Logs(level)) WriteLine(level, event, fields);
}

void LogAlways(absl::string_view event, const std::vector<LogField>& fields) {
  WriteLine(LogLevel::kInfo, event, fields);
}

LogThread::LogThread() { TheWriter().store(std::make_shared<LogWriter>(STDERR_FILENO)); }

LogThread::~LogThread() { TheWriter().store(nullptr); }

std::uint64_t LogLinesDropped() {
  const auto writer = TheWriter().load();
  return writer == nullptr ? 0 : writer->dropped();
}

std::uint64_t LogLinesLeftOut() { return g_left_out.load(std::memory_order_relaxed); }

void CountLineLeftOut() { g_left_out.fetch_add(1, std::memory_order_relaxed); }

void SilenceLibraries() {
  gpr_set_log_function([](gpr_log_func_args*) {});
  google::protobuf::SetLogHandler(nullptr);
}

void LogGrpc() { gpr_set_log_function(&LogOneOfGrpc); }

}  // namespace gather::server
