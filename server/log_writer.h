#ifndef GATHER_SERVER_LOG_WRITER_H_
#define GATHER_SERVER_LOG_WRITER_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "absl/time/time.h"
#include "server/metrics/counter.h"

namespace gather::server {

// Writes lines to a file descriptor on a thread of its own, so that whoever reads the log, slowly
// or not at all, holds up nobody. Lines that find no room, or that cannot be written, are counted
// and dropped.
//
//   LogWriter writer(STDERR_FILENO);
//   writer.Write("a line\n");
//
// Destruction gives what waits one second, then drops it. Threads: any, but for destruction.
class LogWriter {
 public:
  explicit LogWriter(int file, std::size_t max_waiting_bytes = 8 << 20);
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;
  ~LogWriter();

  // `line` ends with a newline. Never blocks. Lines of up to 4 KiB are written at once, and so stay
  // whole where others write to the same pipe.
  void Write(const std::string& line);

  // How many lines have been dropped.
  std::uint64_t dropped() const { return dropped_.value(); }

 private:
  void Run();
  bool AwaitRoom();
  void WriteOut(const std::string& lines);

  const int file_;
  const std::size_t max_waiting_bytes_;
  SharedCounter dropped_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string waiting_;
  bool ending_ = false;
  absl::Time last_moment_ = absl::InfiniteFuture();
  std::thread thread_;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_LOG_WRITER_H_
