#include "gather/sent_calls.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace gather::internal {

void SentCalls::Add(const v1::SubCall& call) {
  const std::uint32_t index = size_++;
  if (routes_.empty() || routes_.back().target != call.target() ||
      routes_.back().method != call.method()) {
    routes_.push_back({index, call.target(), call.method()});
  }
  if (!call.id().empty()) ids_.emplace(index, call.id());
  if (call.requirement() != v1::REQUIREMENT_UNSPECIFIED) {
    requirements_.emplace(index, call.requirement());
  }
  if (call.shielded()) shielded_.insert(index);
  if (call.has_fallback()) fallbacks_.emplace(index, call.fallback());
}

std::string SentCalls::id(std::uint32_t index) const {
  const auto found = ids_.find(index);
  return found == ids_.end() ? absl::StrCat(index) : found->second;
}

NamedCall SentCalls::Named(std::uint32_t index) const {
  const Route& route = RouteOf(index);
  return {index, id(index), route.target, route.method};
}

v1::Requirement SentCalls::requirement(std::uint32_t index) const {
  const auto found = requirements_.find(index);
  return found == requirements_.end() ? v1::REQUIREMENT_UNSPECIFIED : found->second;
}

const v1::Fallback* SentCalls::fallback(std::uint32_t index) const {
  const auto found = fallbacks_.find(index);
  return found == fallbacks_.end() ? nullptr : &found->second;
}

const SentCalls::Route& SentCalls::RouteOf(std::uint32_t index) const {
  const auto after = std::upper_bound(
      routes_.begin(), routes_.end(), index,
      [](std::uint32_t value, const Route& route) { return value < route.first_index; });
  return *std::prev(after);
}

}  // namespace gather::internal
