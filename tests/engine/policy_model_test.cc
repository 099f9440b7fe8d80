// Every way in which a gather of up to five sub-calls can go, against the slow reference.

#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "engine/policy.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/engine/policy_reference.h"

namespace gather::testing {
namespace {

using engine::EndKind;
using engine::Policy;
using engine::PolicyDecision;
using engine::PolicyRule;

constexpr std::array kKinds = {EndKind::kSuccess, EndKind::kFailure, EndKind::kWithdrawn};
constexpr std::array kRequirements = {v1::REQUIREMENT_UNSPECIFIED, v1::REQUIREMENT_OPTIONAL,
                                      v1::REQUIREMENT_REQUIRED};
constexpr std::uint32_t kMaxCalls = 5;

std::vector<PolicyRule> AllRules(std::uint32_t calls) {
  std::vector<PolicyRule> rules;
  for (const v1::Mode mode :
       {v1::MODE_FAIL_FAST, v1::MODE_COLLECT, v1::MODE_PROPAGATE, v1::MODE_ANY, v1::MODE_RACE}) {
    rules.push_back({mode, 0, std::nullopt});
  }
  for (std::uint32_t bound = 0; bound <= calls; ++bound) {
    rules.push_back({v1::MODE_COLLECT, 0, bound});
  }
  for (std::uint32_t k = 1; k <= std::max(1u, calls); ++k) {
    rules.push_back({v1::MODE_QUORUM, k, std::nullopt});
  }
  return rules;
}

std::string ToText(const std::optional<PolicyDecision>& decision) {
  if (!decision) return "open";
  std::ostringstream out;
  out << v1::Verdict_Name(decision->verdict) << " by "
      << (decision->decided_by ? std::to_string(*decision->decided_by) : "none") << ", status of "
      << (decision->status_of ? std::to_string(*decision->status_of) : "none")
      << (decision->by_failure ? ", by failure" : "");
  return out.str();
}

std::string ToText(const PolicyRule& rule, const PolicyHistory& history, std::size_t sealed_at) {
  std::ostringstream out;
  out << v1::Mode_Name(rule.mode) << " k=" << rule.min_successes
      << " max_failures=" << (rule.max_failures ? std::to_string(*rule.max_failures) : "none")
      << "; calls:";
  for (const v1::Requirement requirement : history.calls)
    out << " "
        << "-OR"[requirement];
  out << "; ends:";
  for (std::size_t i = 0; i < history.events.size(); ++i) {
    if (i == sealed_at) out << " seal";
    out << " " << history.events[i].index << "SFW"[static_cast<int>(history.events[i].kind)];
  }
  return out.str();
}

// Walks through every history of one set of sub-calls, policy and reference side by side.
class Walk {
 public:
  enum class Order { kEvery, kByIndex };
  enum class Seal { kBefore, kAnywhere };

  Walk(const PolicyRule& rule, Order order, Seal seal)
      : rule_(rule), order_(order), seal_(seal), reference_(rule) {}

  void Run(const std::vector<v1::Requirement>& calls) {
    history_ = {calls, {}, false};
    sealed_at_ = calls.size() + 1;
    Policy policy(rule_);
    for (const v1::Requirement requirement : calls) policy.Add(requirement);
    if (seal_ == Seal::kBefore) return SealAndGoOn(policy, std::nullopt);
    GoOn(policy, std::nullopt);
  }

  std::size_t steps() const { return steps_; }
  bool refuted() const { return refuted_; }  // one counterexample is enough

 private:
  void GoOn(const Policy& policy, const std::optional<PolicyDecision>& decided) {
    if (refuted_) return;
    if (!history_.sealed) SealAndGoOn(policy, decided);
    for (std::uint32_t index = 0; index < history_.calls.size(); ++index) {
      if ((ended_ >> index & 1) != 0) continue;
      for (const EndKind kind : kKinds) EndAndGoOn(policy, decided, index, kind);
      if (order_ == Order::kByIndex) return;
    }
  }

  void SealAndGoOn(Policy policy, const std::optional<PolicyDecision>& decided) {
    policy.Seal();
    history_.sealed = true;
    sealed_at_ = history_.events.size();
    Check(policy, decided, /*just_sealed=*/true);
    history_.sealed = false;
    sealed_at_ = history_.calls.size() + 1;
  }

  void EndAndGoOn(Policy policy, const std::optional<PolicyDecision>& decided, std::uint32_t index,
                  EndKind kind) {
    policy.End(index, history_.calls[index], kind);
    history_.events.push_back({index, kind});
    ended_ |= 1u << index;
    Check(policy, decided, /*just_sealed=*/false);
    ended_ &= ~(1u << index);
    history_.events.pop_back();
  }

  void Check(const Policy& policy, const std::optional<PolicyDecision>& decided, bool just_sealed) {
    ++steps_;
    const auto expected = decided ? decided : reference_.Decide(history_, just_sealed);
    if (policy.decision() == expected) return GoOn(policy, expected);
    refuted_ = true;
    ADD_FAILURE() << ToText(rule_, history_, sealed_at_)
                  << "\n  is:        " << ToText(policy.decision())
                  << "\n  should be: " << ToText(expected);
  }

  const PolicyRule rule_;
  const Order order_;
  const Seal seal_;
  PolicyReference reference_;
  PolicyHistory history_;
  std::uint32_t ended_ = 0;
  std::size_t sealed_at_ = 0;
  std::size_t steps_ = 0;
  bool refuted_ = false;
};

// All requirements of `calls` sub-calls; `sorted`: only those that differ by more than by which
// sub-call bears which name.
std::vector<std::vector<v1::Requirement>> AllRequirements(std::uint32_t calls, bool sorted) {
  std::vector<std::vector<v1::Requirement>> all = {{}};
  for (std::uint32_t i = 0; i < calls; ++i) {
    std::vector<std::vector<v1::Requirement>> longer;
    for (const auto& requirements : all) {
      for (const v1::Requirement next : kRequirements) {
        if (sorted && !requirements.empty() && next < requirements.back()) continue;
        longer.push_back(requirements);
        longer.back().push_back(next);
      }
    }
    all = std::move(longer);
  }
  return all;
}

std::size_t WalkAll(std::uint32_t calls, Walk::Order order, Walk::Seal seal, bool sorted) {
  std::size_t steps = 0;
  for (const PolicyRule& rule : AllRules(calls)) {
    Walk walk(rule, order, seal);
    for (const auto& requirements : AllRequirements(calls, sorted)) {
      walk.Run(requirements);
      if (walk.refuted()) return 0;
    }
    steps += walk.steps();
  }
  return steps;
}

// semantics 36, 37, 79
TEST(PolicyModelTest, EveryOrderOutcomeAndRequirementOfUpToFourSubCalls) {
  for (std::uint32_t calls = 0; calls < kMaxCalls; ++calls) {
    EXPECT_NE(WalkAll(calls, Walk::Order::kEvery, Walk::Seal::kBefore, /*sorted=*/false), 0u);
  }
}

// Which of five sub-calls bears which index makes no difference to anything that four do not show;
// every order, outcome and set of requirements is here.
// semantics 36, 79
TEST(PolicyModelTest, EveryOrderOutcomeAndSetOfRequirementsOfFiveSubCalls) {
  EXPECT_NE(WalkAll(kMaxCalls, Walk::Order::kEvery, Walk::Seal::kBefore, /*sorted=*/true), 0u);
}

// A group: half-closed at any moment.
TEST(PolicyModelTest, EveryMomentOfSealingUpToFourSubCallsInEveryOrder) {
  for (std::uint32_t calls = 0; calls < kMaxCalls; ++calls) {
    EXPECT_NE(WalkAll(calls, Walk::Order::kEvery, Walk::Seal::kAnywhere, /*sorted=*/calls > 3), 0u);
  }
}

TEST(PolicyModelTest, EveryMomentOfSealingFiveSubCallsThatEndByIndex) {
  EXPECT_NE(WalkAll(kMaxCalls, Walk::Order::kByIndex, Walk::Seal::kAnywhere, /*sorted=*/false), 0u);
}

// Calls are added and end in turn, in a group that is half-closed at some moment.
void RunRandomGroup(std::mt19937* random, std::uint32_t calls) {
  const auto below = [random](std::size_t bound) { return (*random)() % bound; };
  const std::vector<PolicyRule> rules = AllRules(calls);
  const PolicyRule rule = rules[below(rules.size())];
  PolicyReference reference(rule, PolicyReference::Endings::kExtremes);
  PolicyHistory history{{}, {}, false};
  Policy policy(rule);
  std::vector<std::uint32_t> open;
  std::optional<PolicyDecision> decided;
  std::size_t sealed_at = calls + 1;
  while (!history.sealed || !open.empty()) {
    const bool may_add = !history.sealed && history.calls.size() < calls;
    const bool seals = !history.sealed && (!may_add || below(4 * calls) == 0);
    if (seals) {
      policy.Seal();
      history.sealed = true;
      sealed_at = history.events.size();
    } else if (may_add && (open.empty() || below(2) == 0)) {
      open.push_back(static_cast<std::uint32_t>(history.calls.size()));
      history.calls.push_back(kRequirements[below(kRequirements.size())]);
      policy.Add(history.calls.back());
      continue;
    } else {
      std::swap(open[below(open.size())], open.back());
      history.events.push_back({open.back(), kKinds[below(kKinds.size())]});
      open.pop_back();
      policy.End(history.events.back().index, history.calls[history.events.back().index],
                 history.events.back().kind);
    }
    if (!decided) decided = reference.Decide(history, seals);
    ASSERT_EQ(policy.decision(), decided)
        << ToText(rule, history, sealed_at) << "\n  is:        " << ToText(policy.decision())
        << "\n  should be: " << ToText(decided);
  }
}

TEST(PolicyModelTest, RandomGroupsOfUpToTwelveSubCalls) {
  for (std::uint32_t seed = 0; seed < 50'000 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    RunRandomGroup(&random, 1 + random() % 12);
  }
}

}  // namespace
}  // namespace gather::testing
