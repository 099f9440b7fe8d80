#include "cli/json_problem.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cli/wording.h"

namespace gather::cli {

std::string JsonProblem(const google::protobuf::util::Status& status) {
  const absl::string_view message(status.message().data(), status.message().size());
  const std::vector<absl::string_view> lines = absl::StrSplit(message, '\n');
  const std::string problem = OneLine(absl::StripSuffix(lines[0], "."));
  const absl::string_view place =
      lines.size() == 3 ? absl::StripAsciiWhitespace(lines[1]) : absl::string_view();
  return place.empty() ? problem : absl::StrCat(problem, ", at ", OneLine(place));
}

}  // namespace gather::cli
