#include "cli/usage.h"

#include <cstdio>
#include <string>

#include "cli/conclusion.h"
#include "cli/wording.h"

namespace gather::cli {

int Complain(const absl::Status& problem) {
  const std::string line = OneLine(problem.message());
  std::fprintf(stderr, "gatherctl: %s\n", line.c_str());
  return absl::IsUnavailable(problem) || absl::IsDeadlineExceeded(problem) ? kNoServer : kUsage;
}

}  // namespace gather::cli
