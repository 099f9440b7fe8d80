#include "cli/files.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace gather::cli {
namespace {

absl::StatusOr<std::string> ReadAll(std::FILE* file) {
  std::string text;
  char block[1 << 16];
  while (const std::size_t size = std::fread(block, 1, sizeof block, file)) {
    text.append(block, size);
  }
  if (std::ferror(file) == 0) return text;
  return absl::InvalidArgumentError(std::strerror(errno));
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::FILE* const file = path == "-" ? stdin : std::fopen(path.c_str(), "re");
  absl::StatusOr<std::string> text =
      file != nullptr ? ReadAll(file) : absl::InvalidArgumentError(std::strerror(errno));
  if (file != nullptr && file != stdin) std::fclose(file);
  if (text.ok()) return text;
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", text.status().message()));
}

}  // namespace gather::cli
