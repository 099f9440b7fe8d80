#include "cli/screen.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace gather::cli {
namespace {

constexpr int kUsualColumns = 80;
constexpr int kUsualRows = 24;

winsize SizeOf(int descriptor) {
  winsize size = {};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    size.ws_col = kUsualColumns;
    size.ws_row = kUsualRows;
  }
  return size;
}

}  // namespace

int Screen::columns() const { return SizeOf(descriptor_).ws_col; }
int Screen::rows() const { return SizeOf(descriptor_).ws_row; }

void Screen::Show(const std::vector<std::string>& lines) {
  // Without automatic wrapping, so that a line of text is a line of the terminal.
  std::string frame = "\r\x1b[?7l";
  if (shown_ > 0) absl::StrAppend(&frame, "\x1b[", shown_, "A");
  for (const std::string& line : lines) absl::StrAppend(&frame, line, "\x1b[K\n");
  absl::StrAppend(&frame, "\x1b[J\x1b[?7h");
  WriteAll(descriptor_, frame);
  shown_ = lines.size();
}

void WriteAll(int descriptor, const std::string& text) {
  absl::string_view left = text;
  while (!left.empty()) {
    const ssize_t written = write(descriptor, left.data(), left.size());
    if (written < 0 && errno != EINTR) return;
    if (written > 0) left.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace gather::cli
