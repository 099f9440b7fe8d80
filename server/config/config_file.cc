#include "server/config/config_file.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
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
#include "absl/strings/str_split.h"
#include "server/config/config_shape.h"

namespace gather::server {
namespace {

using config::v1::ServerConfig;

// Emptied, not left out, so that the lines keep their numbers.
std::string WithoutComments(absl::string_view json) {
  std::vector<absl::string_view> lines = absl::StrSplit(json, '\n');
  for (absl::string_view& line : lines) {
    if (absl::StartsWith(absl::StripLeadingAsciiWhitespace(line), "//")) line = "";
  }
  return absl::StrJoin(lines, "\n");
}

// Protobuf tells what is no JSON with the text around it and a line with a mark below; and a key
// that is there twice as "(path) key: Repeated map key: 'key' is already set.".
std::string InOneLine(absl::string_view problem, absl::string_view json) {
  constexpr absl::string_view kTwice = "Repeated map key: ";
  if (const std::size_t twice = problem.find(kTwice); twice != absl::string_view::npos) {
    const absl::string_view key = problem.substr(twice + kTwice.size());
    return absl::StrCat(key.substr(0, key.find(" is already")), " is given twice in one object");
  }
  const std::size_t first = problem.find('\n');
  const std::size_t last = problem.rfind('\n');
  if (first == last) return absl::StrCat("no JSON: ", problem.substr(0, first));
  const std::size_t around = json.find(problem.substr(first + 1, last - first - 1));
  const std::size_t mark = problem.size() - last - 2;
  if (around == absl::string_view::npos) return absl::StrCat("no JSON: ", problem.substr(0, first));
  const auto line = 1 + std::count(json.begin(), json.begin() + around + mark, '\n');
  return absl::StrCat("line ", line, " is no JSON: ", problem.substr(0, first));
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

std::variant<ServerConfig, Mistakes> ParseConfig(absl::string_view json) {
  const std::string text = WithoutComments(json);
  if (!absl::StartsWith(absl::StripLeadingAsciiWhitespace(text), "{")) {
    return Mistakes{"not an object in braces"};
  }
  google::protobuf::Struct object;
  auto parsed = google::protobuf::util::JsonStringToMessage(text, &object);
  if (!parsed.ok()) return Mistakes{InOneLine(parsed.message().as_string(), text)};
  Mistakes mistakes;
  CheckShape(object, *ServerConfig::descriptor(), Place(&mistakes));
  if (!mistakes.empty()) return mistakes;
  ServerConfig config;
  parsed = google::protobuf::util::JsonStringToMessage(text, &config);
  if (!parsed.ok()) return Mistakes{parsed.message().as_string()};
  return config;
}

}  // namespace gather::server
