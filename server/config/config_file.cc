#include "server/config/config_file.h"

#include <google/protobuf/util/json_util.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace gather::server {
namespace {

// Emptied, not left out, so that the lines keep their numbers.
std::string WithoutComments(absl::string_view json) {
  std::vector<absl::string_view> lines = absl::StrSplit(json, '\n');
  for (absl::string_view& line : lines) {
    if (absl::StartsWith(absl::StripLeadingAsciiWhitespace(line), "//")) line = "";
  }
  return absl::StrJoin(lines, "\n");
}

// Protobuf says "(targets[0]) adress: Cannot find field.", "(targets[0].name): invalid value 5 for
// type TYPE_STRING", or, of what is no JSON, a text with the line and a mark below it.
std::string InOneLine(absl::string_view problem) {
  const std::vector<absl::string_view> lines =
      absl::StrSplit(problem, '\n', absl::SkipWhitespace());
  std::string line = lines.empty() ? "unreadable" : std::string(lines[0]);
  if (lines.size() > 1) {
    return absl::StrCat("no JSON: ", line, " At: ", absl::StripAsciiWhitespace(lines[1]));
  }
  absl::string_view rest = line;
  std::string path;
  if (absl::ConsumePrefix(&rest, "(")) {
    const std::size_t end = rest.find(')');
    path = std::string(rest.substr(0, end));
    rest.remove_prefix(end == absl::string_view::npos ? rest.size() : end + 1);
    absl::ConsumePrefix(&rest, " ");
    if (!rest.empty() && rest[0] != ':') path.push_back('.');
  }
  return absl::StrReplaceAll(absl::StrCat(path, rest),
                             {{": Cannot find field.", ": there is no such field"}});
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"),
                                                             &std::fclose);
  std::string text;
  if (file != nullptr) {
    char part[4096];
    for (std::size_t read; (read = std::fread(part, 1, sizeof part, file.get())) > 0;) {
      text.append(part, read);
    }
    if (std::ferror(file.get()) == 0) return text;
  }
  return absl::NotFoundError(absl::StrCat("cannot be read: ", std::strerror(errno)));
}

absl::StatusOr<config::v1::ServerConfig> ParseConfig(absl::string_view json) {
  config::v1::ServerConfig config;
  const auto parsed = google::protobuf::util::JsonStringToMessage(WithoutComments(json), &config);
  if (parsed.ok()) return config;
  return absl::InvalidArgumentError(InOneLine(parsed.message().as_string()));
}

}  // namespace gather::server
