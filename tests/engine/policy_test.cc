#include "engine/policy.h"

#include <optional>
#include <vector>

#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

constexpr v1::Requirement kNormal = v1::REQUIREMENT_UNSPECIFIED;
constexpr v1::Requirement kOptional = v1::REQUIREMENT_OPTIONAL;
constexpr v1::Requirement kRequired = v1::REQUIREMENT_REQUIRED;

PolicyRule Rule(v1::Mode mode, std::uint32_t min_successes = 0,
                std::optional<std::uint32_t> max_failures = std::nullopt) {
  return {mode, min_successes, max_failures};
}

// A policy together with its sub-calls' requirements.
class Gather {
 public:
  Gather(const PolicyRule& rule, const std::vector<v1::Requirement>& calls)
      : calls_(calls), policy_(rule) {
    for (const v1::Requirement requirement : calls_) policy_.Add(requirement);
    policy_.Seal();
  }

  Gather& Succeed(std::uint32_t index) { return End(index, EndKind::kSuccess); }
  Gather& Fail(std::uint32_t index) { return End(index, EndKind::kFailure); }
  Gather& Withdraw(std::uint32_t index) { return End(index, EndKind::kWithdrawn); }
  Gather& EndEarly() {
    policy_.EndEarly();
    return *this;
  }

  const std::optional<PolicyDecision>& decision() const { return policy_.decision(); }

 private:
  Gather& End(std::uint32_t index, EndKind kind) {
    policy_.End(index, calls_[index], kind);
    return *this;
  }

  const std::vector<v1::Requirement> calls_;
  Policy policy_;
};

PolicyDecision Satisfied(std::optional<std::uint32_t> by) {
  return {v1::VERDICT_SATISFIED, by, std::nullopt, false};
}

// One failure alone decided.
PolicyDecision FailedBy(std::uint32_t index) { return {v1::VERDICT_FAILED, index, index, true}; }

// Too many have failed, or too few are left.
PolicyDecision FailedAt(std::optional<std::uint32_t> by, std::optional<std::uint32_t> status_of) {
  return {v1::VERDICT_FAILED, by, status_of, false};
}

TEST(PolicyTest, IsSatisfiedByTheLastSuccess) {
  Gather gather(Rule(v1::MODE_FAIL_FAST), {kNormal, kNormal});
  EXPECT_EQ(gather.Succeed(1).decision(), std::nullopt);
  EXPECT_EQ(gather.Succeed(0).decision(), Satisfied(0));
}

// semantics 2
TEST(PolicyTest, NothingToWaitForIsSatisfiedAtOnce) {
  for (const v1::Mode mode : {v1::MODE_FAIL_FAST, v1::MODE_COLLECT, v1::MODE_PROPAGATE}) {
    EXPECT_EQ(Gather(Rule(mode), {}).decision(), Satisfied(std::nullopt));
  }
}

// semantics 10
TEST(PolicyTest, FailFastIsDecidedByTheFirstFailure) {
  Gather gather(Rule(v1::MODE_FAIL_FAST), {kNormal, kNormal, kNormal});
  EXPECT_EQ(gather.Succeed(2).Fail(1).decision(), FailedBy(1));
  EXPECT_EQ(gather.Fail(0).decision(), FailedBy(1));
}

// semantics 22, 23
TEST(PolicyTest, CollectIsSatisfiedWhenAllHaveFailed) {
  Gather gather(Rule(v1::MODE_COLLECT), {kNormal, kNormal});
  EXPECT_EQ(gather.Fail(0).decision(), std::nullopt);
  EXPECT_EQ(gather.Fail(1).decision(), Satisfied(1));
}

// semantics 24
TEST(PolicyTest, CollectFailsWithOneFailureMoreThanItsBound) {
  Gather gather(Rule(v1::MODE_COLLECT, 0, 1), {kNormal, kNormal, kNormal});
  EXPECT_EQ(gather.Fail(2).decision(), std::nullopt);
  EXPECT_EQ(gather.Fail(0).decision(), FailedAt(0, 2));
}

// semantics 30
TEST(PolicyTest, PropagateIsLikeFailFast) {
  EXPECT_EQ(Gather(Rule(v1::MODE_PROPAGATE), {kNormal}).Succeed(0).decision(), Satisfied(0));
  EXPECT_EQ(Gather(Rule(v1::MODE_PROPAGATE), {kNormal, kNormal}).Fail(1).decision(), FailedBy(1));
}

// semantics 31
TEST(PolicyTest, AnyIsSatisfiedByTheFirstSuccessAfterFailures) {
  Gather gather(Rule(v1::MODE_ANY), {kNormal, kNormal, kNormal});
  EXPECT_EQ(gather.Fail(0).decision(), std::nullopt);
  EXPECT_EQ(gather.Succeed(2).decision(), Satisfied(2));
}

// semantics 32
TEST(PolicyTest, AnyFailsWithTheFirstFailureWhenAllHaveFailed) {
  Gather gather(Rule(v1::MODE_ANY), {kNormal, kNormal});
  EXPECT_EQ(gather.Fail(1).Fail(0).decision(), FailedAt(0, 1));
}

// semantics 33
TEST(PolicyTest, RaceIsDecidedByTheFirstToEnd) {
  EXPECT_EQ(Gather(Rule(v1::MODE_RACE), {kNormal, kNormal}).Succeed(1).decision(), Satisfied(1));
  EXPECT_EQ(Gather(Rule(v1::MODE_RACE), {kNormal, kNormal}).Fail(1).decision(), FailedAt(1, 1));
}

// semantics 34
TEST(PolicyTest, QuorumIsDecidedAsSoonAsItIsReachedOrCannotBe) {
  Gather reached(Rule(v1::MODE_QUORUM, 2), {kNormal, kNormal, kNormal});
  EXPECT_EQ(reached.Succeed(2).decision(), std::nullopt);
  EXPECT_EQ(reached.Succeed(0).decision(), Satisfied(0));
  Gather unreachable(Rule(v1::MODE_QUORUM, 2), {kNormal, kNormal, kNormal});
  EXPECT_EQ(unreachable.Fail(2).decision(), std::nullopt);
  EXPECT_EQ(unreachable.Fail(1).decision(), FailedAt(1, 2));
}

// semantics 36
TEST(PolicyTest, OptionalSubCallsNeverFailAGatherButAreWaitedFor) {
  Gather gather(Rule(v1::MODE_FAIL_FAST), {kNormal, kOptional});
  EXPECT_EQ(gather.Succeed(0).decision(), std::nullopt);
  EXPECT_EQ(gather.Fail(1).decision(), Satisfied(1));
}

// semantics 36
TEST(PolicyTest, OptionalSubCallsNeitherSatisfyNorHoldUpAnAny) {
  Gather gather(Rule(v1::MODE_ANY), {kNormal, kOptional, kOptional});
  EXPECT_EQ(gather.Succeed(1).decision(), std::nullopt);
  EXPECT_EQ(gather.Fail(0).decision(), FailedAt(0, 0));
}

// semantics 36
TEST(PolicyTest, ARequiredFailureFailsEveryMode) {
  for (const v1::Mode mode :
       {v1::MODE_FAIL_FAST, v1::MODE_COLLECT, v1::MODE_PROPAGATE, v1::MODE_ANY, v1::MODE_QUORUM}) {
    Gather gather(Rule(mode, mode == v1::MODE_QUORUM ? 1u : 0u), {kNormal, kRequired, kNormal});
    EXPECT_EQ(gather.Fail(1).decision(), FailedBy(1)) << v1::Mode_Name(mode);
  }
}

// semantics 36
TEST(PolicyTest, QuorumWaitsForItsRequiredSubCall) {
  Gather gather(Rule(v1::MODE_QUORUM, 2), {kRequired, kNormal, kNormal});
  EXPECT_EQ(gather.Succeed(1).Succeed(2).decision(), std::nullopt);
  EXPECT_EQ(gather.Succeed(0).decision(), Satisfied(0));
}

// semantics 36
TEST(PolicyTest, AnOpenRequiredSubCallDoesNotHoldUpARace) {
  EXPECT_EQ(Gather(Rule(v1::MODE_RACE), {kRequired, kNormal}).Succeed(1).decision(), Satisfied(1));
}

// semantics 17, 36
TEST(PolicyTest, ARaceThatNobodyIsLeftInFailsWithoutWaitingForOptionalSubCalls) {
  EXPECT_EQ(Gather(Rule(v1::MODE_RACE), {kNormal, kOptional}).Withdraw(0).decision(),
            FailedAt(0, std::nullopt));
}

// semantics 17
TEST(PolicyTest, AWithdrawnSubCallIsNeitherSuccessNorFailure) {
  EXPECT_EQ(Gather(Rule(v1::MODE_FAIL_FAST), {kNormal}).Withdraw(0).decision(), Satisfied(0));
  EXPECT_EQ(Gather(Rule(v1::MODE_RACE), {kNormal, kNormal}).Withdraw(0).decision(), std::nullopt);
  EXPECT_EQ(Gather(Rule(v1::MODE_ANY), {kNormal}).Withdraw(0).decision(),
            FailedAt(0, std::nullopt));
}

// A failure that was there stays visible; without one the status is CANCELLED.
// semantics 17
TEST(PolicyTest, AWithdrawnRequiredSubCallFailsTheGather) {
  EXPECT_EQ(Gather(Rule(v1::MODE_COLLECT), {kRequired, kNormal}).Withdraw(0).decision(),
            FailedAt(0, std::nullopt));
  EXPECT_EQ(Gather(Rule(v1::MODE_COLLECT), {kRequired, kNormal}).Fail(1).Withdraw(0).decision(),
            FailedAt(0, 1));
}

// semantics 43
TEST(PolicyTest, BeforeItIsSealedNothingIsUnreachableAndNothingIsComplete) {
  for (const v1::Mode mode : {v1::MODE_ANY, v1::MODE_COLLECT}) {
    Policy policy(Rule(mode));
    policy.Add(kNormal);
    policy.End(0, kNormal, EndKind::kFailure);
    EXPECT_EQ(policy.decision(), std::nullopt);
    policy.Seal();
    EXPECT_EQ(policy.decision(),
              mode == v1::MODE_ANY ? FailedAt(std::nullopt, 0) : Satisfied(std::nullopt));
  }
}

// semantics 45
TEST(PolicyTest, EndingEarlySatisfiesWhatOnlyCollects) {
  EXPECT_EQ(Gather(Rule(v1::MODE_COLLECT), {kNormal, kNormal}).Fail(0).EndEarly().decision(),
            Satisfied(std::nullopt));
  for (const v1::Mode mode : {v1::MODE_FAIL_FAST, v1::MODE_PROPAGATE}) {
    EXPECT_EQ(Gather(Rule(mode), {kNormal, kNormal}).Succeed(0).EndEarly().decision(),
              Satisfied(std::nullopt));
  }
  EXPECT_EQ(Gather(Rule(v1::MODE_COLLECT), {kRequired}).EndEarly().decision(),
            FailedAt(std::nullopt, std::nullopt));
}

// semantics 45
TEST(PolicyTest, EndingEarlyFailsWhatIsNotYetSatisfied) {
  EXPECT_EQ(Gather(Rule(v1::MODE_ANY), {kNormal, kNormal}).EndEarly().decision(),
            FailedAt(std::nullopt, std::nullopt));
  EXPECT_EQ(Gather(Rule(v1::MODE_ANY), {kNormal, kNormal}).Fail(1).EndEarly().decision(),
            FailedAt(std::nullopt, 1));
  EXPECT_EQ(Gather(Rule(v1::MODE_ANY), {kNormal, kNormal}).Succeed(0).EndEarly().decision(),
            Satisfied(0));
}

}  // namespace
}  // namespace gather::engine
