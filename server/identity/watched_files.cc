#include "server/identity/watched_files.h"

#include <utility>

namespace gather::server {

WatchedFiles::WatchedFiles(std::vector<std::string> paths) : paths_(std::move(paths)) {}

bool WatchedFiles::HaveChanged() {
  std::vector<Mark> marks;
  marks.reserve(paths_.size());
  for (const std::string& path : paths_) marks.push_back(MarkOf(path));
  if (marks == marks_ && !marks_.empty()) return false;
  marks_ = std::move(marks);
  return true;
}

WatchedFiles::Mark WatchedFiles::MarkOf(const std::string& path) {
  struct stat facts;
  if (stat(path.c_str(), &facts) != 0) return {};
  return {facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtim};
}

}  // namespace gather::server
