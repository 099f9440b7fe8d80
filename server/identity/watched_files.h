#ifndef GATHER_SERVER_IDENTITY_WATCHED_FILES_H_
#define GATHER_SERVER_IDENTITY_WATCHED_FILES_H_

#include <sys/stat.h>

#include <string>
#include <vector>

namespace gather::server {

// Tells whether files have been written or replaced since it was asked last, from what stat(2) says
// of them: their places, sizes and times. Not thread-safe.
class WatchedFiles {
 public:
  explicit WatchedFiles(std::vector<std::string> paths);

  // The first time, always. A file that is gone, or is there again, has changed.
  bool HaveChanged();

 private:
  // What a file is known by.
  struct Mark {
    dev_t device = 0;
    ino_t inode = 0;
    off_t bytes = -1;
    timespec written = {};

    friend bool operator==(const Mark& a, const Mark& b) {
      return a.device == b.device && a.inode == b.inode && a.bytes == b.bytes &&
             a.written.tv_sec == b.written.tv_sec && a.written.tv_nsec == b.written.tv_nsec;
    }
  };

  static Mark MarkOf(const std::string& path);

  const std::vector<std::string> paths_;
  std::vector<Mark> marks_;  // empty: never asked
};

}  // namespace gather::server

#endif  // GATHER_SERVER_IDENTITY_WATCHED_FILES_H_
