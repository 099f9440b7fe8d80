#include "engine/target.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace gather::engine {
namespace {

constexpr std::size_t kMaxNameBytes = 63;

bool IsNameCharacter(char c) { return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-'; }

absl::Status Wrong(std::size_t index, absl::string_view name, absl::string_view problem) {
  return absl::InvalidArgumentError(
      absl::StrCat("target ", index, " \"", absl::CHexEscape(name), "\": ", problem));
}

// Those in flight, and those who wait, are the same whatever is configured meanwhile.
std::shared_ptr<TargetPermits> PermitsOf(const Target* before, const TargetLimits& limits) {
  if (before != nullptr && before->permits != nullptr) return before->permits;
  return std::make_shared<TargetPermits>(limits);
}

}  // namespace

bool IsTargetName(absl::string_view name) {
  return !name.empty() && name.size() <= kMaxNameBytes && absl::ascii_isalnum(name[0]) &&
         std::all_of(name.begin(), name.end(), IsNameCharacter);
}

absl::StatusOr<TargetTable> TargetTable::FromTargets(std::vector<Target> targets,
                                                     const TargetTable* previous) {
  TargetTable table;
  table.targets_.reserve(targets.size());
  table.by_name_.reserve(targets.size());
  if (previous != nullptr) table.channel_ids_ = previous->channel_ids_;
  for (Target& made : targets) {
    made.index = table.targets_.size();
    if (!IsTargetName(made.name)) {
      return Wrong(made.index, made.name, "a name must match [A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    }
    if (made.channel.address.empty()) return Wrong(made.index, made.name, "the address is empty");
    const Target* const before = previous == nullptr ? nullptr : previous->Find(made.name);
    const bool kept = before != nullptr && before->channel == made.channel;
    made.channel_id = kept ? before->channel_id : table.channel_ids_++;
    if (made.limits.any()) made.permits = PermitsOf(before, made.limits);
    auto target = std::make_unique<const Target>(std::move(made));
    if (!table.by_name_.emplace(target->name, target.get()).second) {
      return Wrong(target->index, target->name, "the name is already taken");
    }
    table.targets_.push_back(std::move(target));
  }
  return table;
}

absl::StatusOr<TargetTable> TargetTable::Create(
    const std::vector<std::pair<std::string, std::string>>& targets) {
  std::vector<Target> named;
  named.reserve(targets.size());
  for (const auto& [name, address] : targets) {
    Target& target = named.emplace_back();
    target.name = name;
    target.channel.address = address;
  }
  return FromTargets(std::move(named), nullptr);
}

void TargetTable::ApplyLimits() const {
  for (const auto& target : targets_) {
    if (target->permits != nullptr) target->permits->Configure(target->limits);
  }
}

void TargetTable::SetPermits(absl::string_view name, std::shared_ptr<TargetPermits> permits) {
  auto limited = std::make_unique<Target>(*Find(name));
  limited->permits = std::move(permits);
  const std::size_t index = limited->index;
  by_name_.erase(name);
  targets_[index] = std::move(limited);
  by_name_.emplace(targets_[index]->name, targets_[index].get());
}

const Target* TargetTable::Find(absl::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

}  // namespace gather::engine
