#include "cli/flag_values.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "gather/duration.h"

namespace gather::cli {
namespace {

absl::StatusOr<int> ReadCode(const std::string& text) {
  const std::string name = absl::AsciiStrToUpper(text);
  for (int code = 1; code <= 16; ++code) {
    if (absl::StatusCodeToString(static_cast<absl::StatusCode>(code)) == name) return code;
  }
  int number = 0;
  if (absl::SimpleAtoi(text, &number) && number > 0) return number;
  return WrongValue(text, "a status code, as NOT_FOUND");
}

}  // namespace

absl::Status WrongValue(absl::string_view value, absl::string_view wanted) {
  return absl::InvalidArgumentError(absl::StrCat("\"", value, "\" is not ", wanted));
}

absl::StatusOr<std::uint32_t> ReadNumber(absl::string_view text) {
  std::uint32_t number = 0;
  if (absl::SimpleAtoi(text, &number)) return number;
  return WrongValue(text, "a number");
}

absl::Status ReadTimeout(absl::string_view text, google::protobuf::Duration* duration) {
  absl::Duration timeout;
  if (!absl::ParseDuration(text, &timeout) ||
      !gather::internal::TimeoutToProto(timeout, "timeout", duration).ok()) {
    return WrongValue(text, "a positive time, as 300ms or 1m30s");
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Mode> ReadMode(absl::string_view text) {
  v1::Mode mode;
  const std::string name = absl::StrReplaceAll(absl::AsciiStrToUpper(text), {{"-", "_"}});
  if (v1::Mode_Parse(absl::StrCat("MODE_", name), &mode) && mode != v1::MODE_UNSPECIFIED) {
    return mode;
  }
  return WrongValue(text, "one of fail_fast, collect, propagate, any, race, quorum");
}

absl::StatusOr<std::pair<std::string, std::string>> ReadNamed(absl::string_view text,
                                                              absl::string_view wanted) {
  const std::pair<std::string, std::string> named = absl::StrSplit(text, absl::MaxSplits('=', 1));
  if (named.first.empty() || !absl::StrContains(text, '=')) return WrongValue(text, wanted);
  return named;
}

absl::StatusOr<std::pair<std::string, std::string>> ReadMetadata(absl::string_view text) {
  auto entry = ReadNamed(text, "KEY=VALUE");
  if (!entry.ok() || !absl::EndsWith(entry->first, "-bin")) return entry;
  std::string bytes;
  if (!absl::Base64Unescape(entry->second, &bytes)) {
    return WrongValue(entry->second, "base64, as values of keys that end in -bin are");
  }
  entry->second = std::move(bytes);
  return entry;
}

absl::Status ReadCodes(absl::string_view text, v1::Fallback* fallback) {
  const std::vector<std::string> names = absl::StrSplit(text, ',');
  for (const std::string& name : names) {
    const absl::StatusOr<int> code = ReadCode(name);
    if (!code.ok()) return code.status();
    fallback->add_codes(*code);
  }
  return absl::OkStatus();
}

}  // namespace gather::cli
