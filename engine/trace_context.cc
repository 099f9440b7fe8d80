#include "engine/trace_context.h"

#include <algorithm>

#include "absl/random/random.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace gather::engine {
namespace {

constexpr std::size_t kParentBytes = 55;  // of version 00: 00-<32>-<16>-<2>
constexpr std::size_t kMaxStateMembers = 32;
constexpr std::size_t kMaxStateBytes = 512;
constexpr std::size_t kMaxKeyBytes = 256;
constexpr std::size_t kMaxValueBytes = 256;

bool IsHex(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsZero(absl::string_view hex) { return hex.find_first_not_of('0') == absl::string_view::npos; }

// A later version may have more fields, after another dash.
bool HasTraceParentForm(absl::string_view text) {
  if (text.size() < kParentBytes) return false;
  const absl::string_view version = text.substr(0, 2);
  if (!IsHex(version) || version == "ff") return false;
  if (text.size() > kParentBytes && (version == "00" || text[kParentBytes] != '-')) return false;
  return text[2] == '-' && text[35] == '-' && text[52] == '-' && IsHex(text.substr(3, 32)) &&
         IsHex(text.substr(36, 16)) && IsHex(text.substr(53, 2));
}

bool IsLowerOrDigit(char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c); }

bool IsStateKey(absl::string_view key) {
  if (key.empty() || key.size() > kMaxKeyBytes || !IsLowerOrDigit(key[0])) return false;
  return std::all_of(key.begin(), key.end(), [](char c) {
    return IsLowerOrDigit(c) || c == '_' || c == '-' || c == '*' || c == '/' || c == '@';
  });
}

bool IsStateValue(absl::string_view value) {
  if (value.empty() || value.size() > kMaxValueBytes || value.back() == ' ') return false;
  return std::all_of(value.begin(), value.end(),
                     [](char c) { return c >= 0x20 && c <= 0x7e && c != ',' && c != '='; });
}

bool IsStateMember(absl::string_view member) {
  const std::size_t equals = member.find('=');
  return equals != absl::string_view::npos && IsStateKey(member.substr(0, equals)) &&
         IsStateValue(member.substr(equals + 1));
}

// Nothing where a member is malformed: a list that is half understood is worth nothing.
std::string ReadTraceState(const std::vector<absl::string_view>& tracestates) {
  std::vector<absl::string_view> kept;
  std::size_t bytes = 0;
  for (const absl::string_view list : tracestates) {
    for (absl::string_view member : absl::StrSplit(list, ',')) {
      member = absl::StripAsciiWhitespace(member);
      if (member.empty()) continue;
      if (!IsStateMember(member)) return "";
      bytes += member.size() + (kept.empty() ? 0 : 1);
      if (bytes > kMaxStateBytes || kept.size() == kMaxStateMembers) {
        return absl::StrJoin(kept, ",");
      }
      kept.push_back(member);
    }
  }
  return absl::StrJoin(kept, ",");
}

// Mixes all bits (the finisher of Steele, Lea and Flood's SplitMix).
std::uint64_t Mix(std::uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
  return bits ^ (bits >> 31);
}

}  // namespace

std::optional<TraceContext> ReadTraceContext(const std::vector<absl::string_view>& traceparents,
                                             const std::vector<absl::string_view>& tracestates) {
  if (traceparents.size() != 1 || !HasTraceParentForm(traceparents[0])) return std::nullopt;
  const absl::string_view parent = traceparents[0];
  const absl::string_view trace_id = parent.substr(3, 32);
  TraceContext context;
  if (IsZero(trace_id) || !absl::SimpleHexAtoi(parent.substr(36, 16), &context.span) ||
      context.span == 0) {
    return std::nullopt;
  }
  context.trace_id = std::string(trace_id);
  std::uint32_t flags = 0;
  context.sampled = absl::SimpleHexAtoi(parent.substr(53, 2), &flags) && (flags & 1) != 0;
  context.state = ReadTraceState(tracestates);
  return context;
}

std::string TraceParent(const TraceContext& context, std::uint64_t span) {
  return absl::StrCat("00-", context.trace_id, "-", SpanIdText(span),
                      context.sampled ? "-01" : "-00");
}

std::uint64_t NewSpanId() {
  thread_local absl::BitGen bits;
  return absl::Uniform<std::uint64_t>(absl::IntervalClosedClosed, bits, 1, UINT64_MAX);
}

std::uint64_t ChildSpanId(std::uint64_t parent, std::uint64_t n) {
  const std::uint64_t id = Mix(parent + 0x9e3779b97f4a7c15 * (n + 1));
  return id != 0 ? id : 1;
}

std::string SpanIdText(std::uint64_t span) {
  return absl::StrCat(absl::Hex(span, absl::kZeroPad16));
}

}  // namespace gather::engine
