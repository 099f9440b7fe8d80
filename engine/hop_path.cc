#include "engine/hop_path.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/random/random.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/field_checks.h"

namespace gather::engine {
namespace {

constexpr std::size_t kMaxIdBytes = 64;

bool IsId(absl::string_view id) {
  return !id.empty() && id.size() <= kMaxIdBytes && std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
  });
}

Refusal Loop(absl::string_view problem, absl::string_view limit) {
  return Refuse({kHopPathKey, std::nullopt}, absl::StatusCode::kFailedPrecondition, "LOOP", problem,
                limit);
}

}  // namespace

const std::string& InstanceId() {
  static const std::string& id = *new std::string(
      absl::StrCat(absl::Hex(absl::Uniform<std::uint64_t>(absl::BitGen()), absl::kZeroPad16)));
  return id;
}

std::optional<Refusal> CheckHopPath(absl::string_view path) {
  if (path.empty()) return std::nullopt;
  // One more than fits, so that a long path costs no more than a short one.
  const std::vector<absl::string_view> ids =
      absl::StrSplit(path, absl::MaxSplits(',', kMaxHops + 1));
  if (ids.size() > kMaxHops) {
    return Loop(
        absl::StrCat("the request has passed through more than ", kMaxHops, " gather services"),
        absl::StrCat(kMaxHops));
  }
  for (const absl::string_view id : ids) {
    if (id == InstanceId()) {
      return Loop("the request has come back to a gather service that it has passed through", "");
    }
    if (!IsId(id)) {
      return RefuseArgument({kHopPathKey, std::nullopt}, "BAD_METADATA",
                            absl::StrCat(Quoted(id), " is no id of a gather service"));
    }
  }
  return std::nullopt;
}

std::string NextHopPath(absl::string_view path) {
  return absl::StrCat(path, path.empty() ? "" : ",", InstanceId());
}

bool IsGatherMethod(absl::string_view method) {
  return absl::StartsWith(method, "/gather.v1.GatherService/");
}

}  // namespace gather::engine
