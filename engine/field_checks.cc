#include "engine/field_checks.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace gather::engine {
namespace {

constexpr std::size_t kMaxLabelBytes = 256;
constexpr std::size_t kMaxIdBytes = 128;
constexpr std::size_t kMaxMethodBytes = 1024;
constexpr std::size_t kMaxQuotedBytes = 128;

// Duration's own bound: about 10,000 years.
constexpr std::int64_t kMaxDurationSeconds = 315'576'000'000;
constexpr std::int32_t kMaxNanos = 999'999'999;

std::string Path(const Field& field) {
  if (!field.call) return absl::StrCat(field.name);
  return absl::StrCat("calls[", *field.call, "].", field.name);
}

bool IsMethodForm(absl::string_view method) {
  if (method.empty() || method[0] != '/') return false;
  const std::size_t slash = method.find('/', 1);
  return slash != absl::string_view::npos && slash > 1 && slash + 1 < method.size() &&
         method.find('/', slash + 1) == absl::string_view::npos;
}

absl::string_view DurationProblem(const google::protobuf::Duration& duration) {
  const std::int64_t seconds = duration.seconds();
  const std::int32_t nanos = duration.nanos();
  if (nanos < -kMaxNanos || nanos > kMaxNanos) return "malformed, nanos out of range";
  if ((seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0)) {
    return "malformed, seconds and nanos differ in sign";
  }
  if (seconds > kMaxDurationSeconds) return "overflows, a Duration has at most 315576000000 s";
  if (seconds < 0 || nanos < 0) return "negative";
  if (seconds == 0 && nanos == 0) return "zero";
  return "";
}

}  // namespace

Refusal Refuse(const Field& field, absl::StatusCode code, absl::string_view reason,
               absl::string_view problem, absl::string_view limit) {
  Refusal refusal;
  refusal.code = static_cast<int>(code);
  refusal.reason = absl::StrCat(reason);
  std::string path = Path(field);
  refusal.message = absl::StrCat(path, ": ", problem);
  refusal.metadata.emplace("field", std::move(path));
  if (field.call) refusal.metadata.emplace("index", absl::StrCat(*field.call));
  if (!limit.empty()) refusal.metadata.emplace("limit", absl::StrCat(limit));
  return refusal;
}

Refusal RefuseArgument(const Field& field, absl::string_view reason, absl::string_view problem,
                       absl::string_view limit) {
  return Refuse(field, absl::StatusCode::kInvalidArgument, reason, problem, limit);
}

Refusal RefuseNotYet(const Field& field, absl::string_view missing) {
  return Refuse(field, absl::StatusCode::kUnimplemented, "NOT_YET",
                absl::StrCat(missing, " not served by this version"));
}

std::string Quoted(absl::string_view text) {
  const bool cut = text.size() > kMaxQuotedBytes;
  return absl::StrCat("\"", absl::CHexEscape(text.substr(0, kMaxQuotedBytes)),
                      cut ? "\"..." : "\"");
}

bool IsPrintable(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

std::optional<Refusal> CheckLabel(absl::string_view label) {
  const Field field{"label", std::nullopt};
  if (label.size() > kMaxLabelBytes) {
    return RefuseArgument(field, "BAD_LABEL", absl::StrCat(label.size(), " bytes, at most 256"),
                          "256");
  }
  if (!IsPrintable(label)) {
    return RefuseArgument(field, "BAD_LABEL", "only printable ASCII characters are allowed");
  }
  return std::nullopt;
}

std::optional<Refusal> CheckIdText(absl::string_view id, const Field& field) {
  if (id.size() > kMaxIdBytes) {
    return RefuseArgument(field, "BAD_ID", absl::StrCat(id.size(), " bytes, at most 128"), "128");
  }
  if (!IsPrintable(id)) {
    return RefuseArgument(field, "BAD_ID", "only printable ASCII characters are allowed");
  }
  return std::nullopt;
}

std::optional<Refusal> CheckMethod(absl::string_view method, const Field& field) {
  if (method.size() > kMaxMethodBytes) {
    return RefuseArgument(field, "BAD_METHOD", absl::StrCat(method.size(), " bytes, at most 1024"),
                          "1024");
  }
  if (!IsPrintable(method) || method.find(' ') != absl::string_view::npos) {
    return RefuseArgument(field, "BAD_METHOD",
                          "no spaces, control or non-ASCII characters are allowed");
  }
  if (!IsMethodForm(method)) {
    return RefuseArgument(field, "BAD_METHOD",
                          absl::StrCat(Quoted(method), " is not /package.Service/Method"));
  }
  return std::nullopt;
}

std::variant<std::chrono::nanoseconds, Refusal> ReadTimeout(
    const google::protobuf::Duration& timeout, const Field& field, std::chrono::nanoseconds max,
    bool* clamped) {
  const absl::string_view problem = DurationProblem(timeout);
  if (!problem.empty()) {
    return RefuseArgument(field, "BAD_TIMEOUT", absl::StrCat(problem, "; must be above zero"));
  }
  // Seconds first: the largest Duration does not fit into 64 bits of nanoseconds.
  if (std::chrono::seconds(timeout.seconds()) <= std::chrono::floor<std::chrono::seconds>(max)) {
    const auto time =
        std::chrono::seconds(timeout.seconds()) + std::chrono::nanoseconds(timeout.nanos());
    if (time <= max) return time;
  }
  *clamped = true;
  return max;
}

}  // namespace gather::engine
