#include "server/log_writer.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"

namespace gather::server {
namespace {

constexpr std::size_t kAtomicBytes = 4096;  // PIPE_BUF: what poll() promises not to block for
constexpr absl::Duration kTimeToEnd = absl::Seconds(1);
constexpr int kPatienceMs = 100;

std::uint64_t Lines(absl::string_view text) {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

// As many whole lines as may be written at once; of a longer line as much as that.
absl::string_view NextPiece(absl::string_view text) {
  const absl::string_view most = text.substr(0, kAtomicBytes);
  const std::size_t end = most.rfind('\n');
  return end == absl::string_view::npos ? most : most.substr(0, end + 1);
}

}  // namespace

LogWriter::LogWriter(int file, std::size_t max_waiting_bytes)
    : file_(file), max_waiting_bytes_(max_waiting_bytes), thread_([this] { Run(); }) {}

LogWriter::~LogWriter() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
    last_moment_ = absl::Now() + kTimeToEnd;
  }
  changed_.notify_one();
  thread_.join();
}

void LogWriter::Write(const std::string& line) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (waiting_.size() + line.size() > max_waiting_bytes_) {
      dropped_.Add();
      return;
    }
    waiting_.append(line);
  }
  changed_.notify_one();
}

void LogWriter::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const std::string lines = std::exchange(waiting_, std::string());
    lock.unlock();
    WriteOut(lines);
    lock.lock();
  }
}

void LogWriter::WriteOut(const std::string& lines) {
  absl::string_view rest = lines;
  while (!rest.empty()) {
    const absl::string_view piece = NextPiece(rest);
    const ssize_t written = AwaitRoom() ? write(file_, piece.data(), piece.size()) : -1;
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return void(dropped_.Add(Lines(rest)));
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Whether there is room; false: nobody reads any more, or it is time to end.
bool LogWriter::AwaitRoom() {
  for (;;) {
    pollfd room{file_, POLLOUT, 0};
    const int ready = poll(&room, 1, kPatienceMs);
    if (ready > 0) return (room.revents & POLLOUT) != 0;
    if (ready < 0 && errno != EINTR) return false;
    const std::lock_guard<std::mutex> lock(mutex_);
    if (absl::Now() >= last_moment_) return false;
  }
}

}  // namespace gather::server
