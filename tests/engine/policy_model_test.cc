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
using Endings = PolicyReference::Endings;
using Moment = PolicyReference::Moment;

constexpr std::array kKinds = {EndKind::kSuccess, EndKind::kFailure, EndKind::kWithdrawn};
constexpr std::array kRequirements = {v1::REQUIREMENT_UNSPECIFIED, v1::REQUIREMENT_OPTIONAL,
                                      v1::REQUIREMENT_REQUIRED};
constexpr std::uint32_t kMaxCalls = PolicyReference::kMaxCalls;

// Every mode, every bound of failures and every quorum up to `most`.
std::vector<PolicyRule> AllRules(std::uint32_t most) {
  std::vector<PolicyRule> rules;
  for (const v1::Mode mode :
       {v1::MODE_FAIL_FAST, v1::MODE_COLLECT, v1::MODE_PROPAGATE, v1::MODE_ANY, v1::MODE_RACE}) {
    rules.push_back({mode, 0, std::nullopt});
  }
  for (std::uint32_t bound = 0; bound <= most; ++bound) {
    rules.push_back({v1::MODE_COLLECT, 0, bound});
  }
  for (std::uint32_t k = 1; k <= most; ++k) {
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

std::string NameOf(const PolicyRule& rule) {
  std::string name = v1::Mode_Name(rule.mode).substr(sizeof("MODE_") - 1);
  if (rule.mode == v1::MODE_QUORUM) name += std::to_string(rule.min_successes);
  if (rule.max_failures) name += "_atMost" + std::to_string(*rule.max_failures);
  return name;
}

std::string ToText(const PolicyRule& rule, const PolicyHistory& history) {
  std::ostringstream out;
  out << NameOf(rule) << "; calls:";
  for (const v1::Requirement requirement : history.calls)
    out << " "
        << "-OR"[requirement];
  out << "; ends:";
  for (const PolicyHistory::Event& event : history.events) {
    out << " " << event.index << "SFW"[static_cast<int>(event.kind)];
  }
  out << (history.sealed ? "; sealed" : "; not sealed");
  return out.str();
}

// Walks through every history of one list of sub-calls, policies and reference side by side: every
// order and kind of ends, half-closed at every moment, ended early at every moment, up to the
// decision. Whatever may come next must not change that, which is looked at with up to four.
class Walk {
 public:
  enum class Adds { kFirst, kAnywhere };

  Walk(const PolicyRule& rule, Adds adds, const std::vector<v1::Requirement>& calls)
      : rule_(rule), adds_(adds), calls_(calls), reference_(rule, Endings::kAll) {}

  void Run() {
    history_.sealed = false;
    Policy policy(rule_);
    if (adds_ == Adds::kFirst) {
      history_.calls = calls_;
      for (const v1::Requirement requirement : calls_) policy.Add(requirement);
    }
    Policies policies{policy, {}, 0};
    GoOn(policies);
  }

  std::size_t steps() const { return steps_; }
  bool refuted() const { return refuted_; }  // one counterexample is enough

 private:
  // Undecided policies to which the same has happened, but that they were sealed at different
  // moments.
  struct Policies {
    std::optional<Policy> unsealed;
    std::array<std::optional<Policy>, kMaxCalls + 1> sealed;
    std::size_t sealed_count = 0;

    void AddSealed(const Policy& policy) { sealed[sealed_count++].emplace(policy); }
    bool empty() const { return !unsealed && sealed_count == 0; }
  };

  void GoOn(Policies& policies) {
    if (policies.unsealed) TrySeal(policies);
    TryEndEarly(policies);
    for (std::uint32_t index = 0; index < history_.calls.size() && !refuted_; ++index) {
      if ((ended_ >> index & 1) != 0) continue;
      for (const EndKind kind : kKinds) TryEnd(policies, index, kind);
    }
    if (policies.unsealed && adds_ == Adds::kAnywhere) TryAdd(*policies.unsealed);
  }

  void TrySeal(Policies& policies) {
    Policy policy = *policies.unsealed;
    policy.Seal();
    history_.sealed = true;
    if (IsOpen(policy, reference_.Decide(history_, Moment::kSeal))) policies.AddSealed(policy);
  }

  void TryEndEarly(const Policies& policies) {
    const auto expected = reference_.Decide(history_, Moment::kEndEarly);
    for (std::size_t i = 0; i <= policies.sealed_count; ++i) {
      history_.sealed = i < policies.sealed_count;
      if (!history_.sealed && !policies.unsealed) return;
      Policy policy = history_.sealed ? *policies.sealed[i] : *policies.unsealed;
      policy.EndEarly();
      IsOpen(policy, expected);
    }
  }

  void TryEnd(const Policies& policies, std::uint32_t index, EndKind kind) {
    history_.events.push_back({index, kind});
    ended_ |= 1u << index;
    Policies next;
    if (policies.unsealed) {
      Policy policy = *policies.unsealed;
      policy.End(index, history_.calls[index], kind);
      if (IsOpen(policy, ExpectAtEnd(/*sealed=*/false))) next.unsealed.emplace(policy);
    }
    if (policies.sealed_count > 0) {
      const auto expected = ExpectAtEnd(/*sealed=*/true);
      for (std::size_t i = 0; i < policies.sealed_count; ++i) {
        Policy policy = *policies.sealed[i];
        policy.End(index, history_.calls[index], kind);
        if (IsOpen(policy, expected)) next.AddSealed(policy);
      }
    }
    if (!refuted_ && !next.empty()) GoOn(next);
    ended_ &= ~(1u << index);
    history_.events.pop_back();
  }

  void TryAdd(Policy policy) {
    if (refuted_ || history_.calls.size() == calls_.size()) return;
    history_.calls.push_back(calls_[history_.calls.size()]);
    policy.Add(history_.calls.back());
    Policies policies{policy, {}, 0};
    GoOn(policies);
    history_.calls.pop_back();
  }

  std::optional<PolicyDecision> ExpectAtEnd(bool sealed) {
    history_.sealed = sealed;
    return reference_.Decide(history_, Moment::kEnd);
  }

  bool IsOpen(const Policy& policy, const std::optional<PolicyDecision>& expected) {
    ++steps_;
    if (policy.decision() != expected) Refute(policy, expected);
    if (expected && calls_.size() < kMaxCalls) CheckFinal(policy);
    return !expected && !refuted_;
  }

  // The rule of semantics 37.
  void CheckFinal(const Policy& decided) {
    const auto check = [&](const Policy& policy) {
      if (policy.decision() != decided.decision()) Refute(policy, decided.decision());
    };
    Policy ended_early = decided;
    ended_early.EndEarly();
    check(ended_early);
    if (!history_.sealed) {
      Policy sealed = decided;
      sealed.Seal();
      check(sealed);
    }
    for (std::uint32_t index = 0; index < history_.calls.size(); ++index) {
      if ((ended_ >> index & 1) != 0) continue;
      for (const EndKind kind : kKinds) {
        Policy policy = decided;
        policy.End(index, history_.calls[index], kind);
        check(policy);
      }
    }
  }

  void Refute(const Policy& policy, const std::optional<PolicyDecision>& expected) {
    if (refuted_) return;
    refuted_ = true;
    ADD_FAILURE() << ToText(rule_, history_) << "\n  is:        " << ToText(policy.decision())
                  << "\n  should be: " << ToText(expected);
  }

  const PolicyRule rule_;
  const Adds adds_;
  const std::vector<v1::Requirement>& calls_;
  PolicyReference reference_;
  PolicyHistory history_;
  std::uint32_t ended_ = 0;  // a bit for each sub-call
  std::size_t steps_ = 0;
  bool refuted_ = false;
};

std::vector<std::vector<v1::Requirement>> AllRequirements(std::uint32_t calls) {
  std::vector<std::vector<v1::Requirement>> all = {{}};
  for (std::uint32_t i = 0; i < calls; ++i) {
    std::vector<std::vector<v1::Requirement>> longer;
    for (const auto& requirements : all) {
      for (const v1::Requirement next : kRequirements) {
        longer.push_back(requirements);
        longer.back().push_back(next);
      }
    }
    all = std::move(longer);
  }
  return all;
}

// How many policies were compared; 0 when one was wrong.
std::size_t WalkAll(const PolicyRule& rule, std::uint32_t calls, Walk::Adds adds) {
  std::size_t steps = 0;
  for (const auto& requirements : AllRequirements(calls)) {
    Walk walk(rule, adds, requirements);
    walk.Run();
    if (walk.refuted()) return 0;
    steps += walk.steps();
  }
  return steps;
}

class PolicyModelTest : public ::testing::TestWithParam<PolicyRule> {};

// semantics 34, 36, 37, 43, 45, 79
TEST_P(PolicyModelTest, EveryHistoryOfUpToFiveSubCallsSealedAndEndedEarlyAtEveryMoment) {
  std::size_t steps = 0;
  for (std::uint32_t calls = 0; calls <= kMaxCalls && !HasFailure(); ++calls) {
    const std::size_t more = WalkAll(GetParam(), calls, Walk::Adds::kFirst);
    EXPECT_NE(more, 0u);
    steps += more;
  }
  RecordProperty("policies_compared", std::to_string(steps));
}

// A group: sub-calls are added while others end.
// semantics 42, 43, 79
TEST_P(PolicyModelTest, EveryHistoryOfUpToFourSubCallsAddedAtEveryMoment) {
  EXPECT_NE(WalkAll(GetParam(), kMaxCalls - 1, Walk::Adds::kAnywhere), 0u);
}

INSTANTIATE_TEST_SUITE_P(EveryRule, PolicyModelTest, ::testing::ValuesIn(AllRules(kMaxCalls)),
                         [](const auto& info) { return NameOf(info.param); });

// One group of many sub-calls: they are added and end in turn, until it is half-closed or ended
// early at some moment.
class RandomGroup {
 public:
  RandomGroup(std::uint32_t seed, std::uint32_t most)
      : random_(seed),
        calls_(1 + Below(most)),
        rule_(OneOf(AllRules(calls_))),
        reference_(rule_, Endings::kExtremes),
        policy_(rule_) {
    history_.sealed = false;
  }

  void Run() {
    while (!(history_.sealed && open_.empty()) && !HasFailure()) {
      const std::optional<Moment> moment = Step();
      if (moment && !decided_) decided_ = reference_.Decide(history_, *moment);
      ASSERT_EQ(policy_.decision(), decided_)
          << ToText(rule_, history_) << "\n  is:        " << ToText(policy_.decision())
          << "\n  should be: " << ToText(decided_);
    }
  }

 private:
  static bool HasFailure() { return ::testing::Test::HasFailure(); }
  std::size_t Below(std::size_t bound) { return random_() % bound; }
  template <typename List>
  typename List::value_type OneOf(const List& list) {
    return list[Below(list.size())];
  }

  std::optional<Moment> Step() {
    if (Below(8 * calls_) == 0) {
      policy_.EndEarly();
      return Moment::kEndEarly;
    }
    const bool may_add = !history_.sealed && history_.calls.size() < calls_;
    if (!history_.sealed && (!may_add || Below(4 * calls_) == 0)) {
      policy_.Seal();
      history_.sealed = true;
      return Moment::kSeal;
    }
    if (may_add && (open_.empty() || Below(2) == 0)) {
      Add();
      return std::nullopt;
    }
    End();
    return Moment::kEnd;
  }

  void Add() {
    open_.push_back(static_cast<std::uint32_t>(history_.calls.size()));
    history_.calls.push_back(OneOf(kRequirements));
    policy_.Add(history_.calls.back());
  }

  void End() {
    std::swap(open_[Below(open_.size())], open_.back());
    const std::uint32_t index = open_.back();
    open_.pop_back();
    history_.events.push_back({index, OneOf(kKinds)});
    policy_.End(index, history_.calls[index], history_.events.back().kind);
  }

  std::mt19937 random_;
  const std::uint32_t calls_;
  const PolicyRule rule_;
  PolicyReference reference_;
  Policy policy_;
  PolicyHistory history_;
  std::vector<std::uint32_t> open_;
  std::optional<PolicyDecision> decided_;
};

// semantics 79
TEST(PolicyRandomModelTest, RandomGroupsOfUpToFortySubCalls) {
  for (std::uint32_t seed = 0; seed < 50'000 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    RandomGroup(seed, seed % 5 == 0 ? 40 : 12).Run();
  }
}

}  // namespace
}  // namespace gather::testing
