#include "cli/tally.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/explanation.h"
#include "cli/wording.h"
#include "gather/duration.h"

namespace gather::cli {
namespace {

constexpr std::size_t kMostKinds = 100;

bool IsFailure(const v1::Outcome& outcome) {
  return outcome.disposition() == v1::DISPOSITION_FAILED ||
         outcome.disposition() == v1::DISPOSITION_REJECTED;
}

}  // namespace

void Tally::Add(const v1::Outcome& outcome) {
  ++ended_;
  ++counts_[outcome.disposition()];
  const v1::Timing& timing = outcome.timing();
  if (timing.has_started() && outcome.disposition() != v1::DISPOSITION_DETACHED) {
    const absl::Duration started = internal::FromProto(timing.started());
    waited_.Add(started);
    ran_.Add(internal::FromProto(timing.finished()) - started);
  }
  if (!IsFailure(outcome)) return;
  const std::string text =
      Explain(outcome, [](std::uint32_t index) { return absl::StrCat(index); });
  auto place = kinds_.find(text);
  if (place == kinds_.end()) {
    if (kinds_.size() == kMostKinds) {
      ++other_failures_;
      return;
    }
    place = kinds_.emplace(text, Kind{text, 0, outcome.index()}).first;
  }
  ++place->second.count;
}

std::uint64_t Tally::count(v1::Disposition disposition) const {
  const auto place = counts_.find(disposition);
  return place == counts_.end() ? 0 : place->second;
}

std::uint64_t Tally::failed() const {
  return count(v1::DISPOSITION_FAILED) + count(v1::DISPOSITION_REJECTED);
}

std::string Tally::Counts() const {
  std::vector<std::string> parts;
  for (const auto& [disposition, word] :
       {std::pair(v1::DISPOSITION_SUCCEEDED, "succeeded"),
        std::pair(v1::DISPOSITION_FAILED, "failed"), std::pair(v1::DISPOSITION_REJECTED, "refused"),
        std::pair(v1::DISPOSITION_CANCELLED, "cancelled"),
        std::pair(v1::DISPOSITION_NOT_STARTED, "never sent"),
        std::pair(v1::DISPOSITION_DETACHED, "detached")}) {
    if (count(disposition) > 0)
      parts.push_back(absl::StrCat(Grouped(count(disposition)), " ", word));
  }
  return parts.empty() ? "no calls" : absl::StrJoin(parts, ", ");
}

std::vector<Tally::Kind> Tally::Kinds(std::size_t most) const {
  std::vector<Kind> kinds;
  for (const auto& [text, kind] : kinds_) kinds.push_back(kind);
  std::stable_sort(kinds.begin(), kinds.end(),
                   [](const Kind& a, const Kind& b) { return a.count > b.count; });
  if (kinds.size() > most) kinds.resize(most);
  return kinds;
}

}  // namespace gather::cli
