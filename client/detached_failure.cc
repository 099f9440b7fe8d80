#include "gather/detached_failure.h"

#include <cstdio>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace gather::internal {

std::string ToLine(const DetachedFailure& failure) {
  return absl::StrCat("gather: detached sub-call ", failure.index, " \"",
                      absl::Utf8SafeCHexEscape(failure.id), "\" (", failure.target, " ",
                      failure.method, ") of gather ", failure.gather_id,
                      " failed: ", absl::StatusCodeToString(failure.status.code()), ": ",
                      absl::Utf8SafeCHexEscape(failure.status.message()));
}

void WriteToStandardError(const DetachedFailure& failure) {
  std::fputs(absl::StrCat(ToLine(failure), "\n").c_str(), stderr);
}

}  // namespace gather::internal
