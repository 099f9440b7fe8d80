#include "server/metrics/words.h"

#include <cstddef>

namespace gather::server {
namespace {

absl::string_view WithoutPrefix(absl::string_view name, absl::string_view prefix) {
  name.remove_prefix(prefix.size());
  return name == "UNSPECIFIED" ? "NONE" : name;
}

}  // namespace

absl::string_view Word(v1::Mode mode) { return WithoutPrefix(v1::Mode_Name(mode), "MODE_"); }

absl::string_view Word(v1::Verdict verdict) {
  return WithoutPrefix(v1::Verdict_Name(verdict), "VERDICT_");
}

absl::string_view Word(v1::Disposition disposition) {
  return WithoutPrefix(v1::Disposition_Name(disposition), "DISPOSITION_");
}

absl::string_view Word(v1::Origin origin) {
  return WithoutPrefix(v1::Origin_Name(origin), "ORIGIN_");
}

absl::string_view Word(v1::Cause cause) { return WithoutPrefix(v1::Cause_Name(cause), "CAUSE_"); }

absl::string_view CodeWord(int code) {
  constexpr absl::string_view kWords[] = {"OK",
                                          "CANCELLED",
                                          "UNKNOWN",
                                          "INVALID_ARGUMENT",
                                          "DEADLINE_EXCEEDED",
                                          "NOT_FOUND",
                                          "ALREADY_EXISTS",
                                          "PERMISSION_DENIED",
                                          "RESOURCE_EXHAUSTED",
                                          "FAILED_PRECONDITION",
                                          "ABORTED",
                                          "OUT_OF_RANGE",
                                          "UNIMPLEMENTED",
                                          "INTERNAL",
                                          "UNAVAILABLE",
                                          "DATA_LOSS",
                                          "UNAUTHENTICATED"};
  const auto place = static_cast<std::size_t>(code);
  return place < std::size(kWords) ? kWords[place] : "UNKNOWN_CODE";
}

}  // namespace gather::server
