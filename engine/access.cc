#include "engine/access.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace gather::engine {
namespace {

constexpr absl::string_view kAny = "*";

// What one principal may call of one target, while rules are still being added up.
struct Sum {
  bool all = false;
  std::vector<std::string> patterns;
};

bool Names(const std::vector<std::string>& names, absl::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [name](const std::string& each) { return each == kAny || each == name; });
}

bool IsInService(absl::string_view method, absl::string_view pattern) {
  return absl::ConsumeSuffix(&pattern, "*") && absl::StartsWith(method, pattern);
}

// Adds the methods of the target that are among `patterns`; none: all of it.
void Add(const MethodSet& target, const std::vector<std::string>& patterns, Sum* sum) {
  if (patterns.empty()) {
    sum->all = sum->all || target.all();
    sum->patterns.insert(sum->patterns.end(), target.patterns().begin(), target.patterns().end());
  }
  for (const std::string& pattern : patterns) {
    if (target.Covers(pattern)) {
      sum->patterns.push_back(pattern);
      continue;
    }
    for (const std::string& method : target.patterns()) {
      if (IsInService(method, pattern)) sum->patterns.push_back(method);
    }
  }
}

MethodSet ToSet(Sum sum) {
  if (sum.all) return MethodSet();
  if (sum.patterns.empty()) return MethodSet::None();
  std::sort(sum.patterns.begin(), sum.patterns.end());
  sum.patterns.erase(std::unique(sum.patterns.begin(), sum.patterns.end()), sum.patterns.end());
  return MethodSet(sum.patterns);
}

// What the rules allow whoever is named `principal`, or, if that is "*", only everybody.
std::vector<MethodSet> MethodsOf(absl::string_view principal, const std::vector<AccessRule>& rules,
                                 const TargetTable& targets) {
  std::vector<MethodSet> methods;
  methods.reserve(targets.all().size());
  for (const auto& target : targets.all()) {
    Sum sum;
    for (const AccessRule& rule : rules) {
      if (!Names(rule.principals, principal) || !Names(rule.targets, target->name)) continue;
      Add(target->methods, rule.methods, &sum);
    }
    methods.push_back(ToSet(std::move(sum)));
  }
  return methods;
}

}  // namespace

AccessTable::AccessTable(const std::vector<AccessRule>& rules, const TargetTable& targets) {
  everybody_.by_target_ = MethodsOf(kAny, rules, targets);
  for (const AccessRule& rule : rules) {
    for (const std::string& principal : rule.principals) {
      if (principal == kAny || by_principal_.contains(principal)) continue;
      by_principal_[principal].by_target_ = MethodsOf(principal, rules, targets);
    }
  }
}

const Grants& AccessTable::For(absl::string_view principal) const {
  const auto found = by_principal_.find(principal);
  return found == by_principal_.end() ? everybody_ : found->second;
}

}  // namespace gather::engine
