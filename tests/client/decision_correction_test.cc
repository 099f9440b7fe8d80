#include "gather/decision_correction.h"

#include <gtest/gtest.h>

#include <optional>

#include "gather/policy.h"
#include "tests/client/answers.h"

namespace gather::internal {
namespace {

using ::gather::test::Failed;
using ::gather::test::MakeText;
using ::gather::test::Succeeded;

// Sub-call 1 of a satisfied gather turns out to have failed.
class DecisionCorrectionTest : public ::testing::Test {
 protected:
  DecisionCorrectionTest() {
    decision_.set_verdict(v1::VERDICT_SATISFIED);
    decision_.set_decided_by(1);
    summary_.set_succeeded(3);
    *summary_.mutable_decision() = decision_;
  }

  void TakeBack(const Policy& policy, const Tally& tally,
                v1::Requirement requirement = v1::REQUIREMENT_UNSPECIFIED) {
    v1::Outcome failed = Failed(13, "unreadable");
    failed.set_index(1);
    TakeBackSuccess(failed, requirement, policy.ToProto(), tally, &summary_, &decision_);
  }
  bool satisfied() const { return decision_.verdict() == v1::VERDICT_SATISFIED; }

  v1::Summary summary_;
  v1::Decision decision_;
};

TEST_F(DecisionCorrectionTest, FailsWhatOneFailureFails) {
  TakeBack(FailFast(), {2, 1, {}});
  EXPECT_EQ(decision_.verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(decision_.decided_by(), 1);
  EXPECT_EQ(decision_.status().message(), "unreadable");
  EXPECT_EQ(summary_.decision().verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(summary_.succeeded(), 2);
  EXPECT_EQ(summary_.failed(), 1);
}

TEST_F(DecisionCorrectionTest, FailsPropagateAsFailFast) {
  TakeBack(Propagate(), {2, 1, {}});
  EXPECT_FALSE(satisfied());
}

TEST_F(DecisionCorrectionTest, CollectBearsItUpToItsBound) {
  TakeBack(Collect(), {2, 1, {}});
  EXPECT_TRUE(satisfied());
  TakeBack(Collect(1), {2, 1, {}});
  EXPECT_TRUE(satisfied());
  TakeBack(Collect(0), {2, 1, {}});
  EXPECT_FALSE(satisfied());
}

TEST_F(DecisionCorrectionTest, AnyBearsItWhileAnotherSucceeded) {
  TakeBack(Any(), {1, 1, {}});
  EXPECT_TRUE(satisfied());
  EXPECT_FALSE(decision_.has_decided_by());
  TakeBack(Any(), {0, 2, {}});
  EXPECT_FALSE(satisfied());
}

TEST_F(DecisionCorrectionTest, QuorumBearsItWhileEnoughSucceeded) {
  TakeBack(Quorum(2), {2, 1, {}});
  EXPECT_TRUE(satisfied());
  TakeBack(Quorum(2), {1, 2, {}});
  EXPECT_FALSE(satisfied());
}

TEST_F(DecisionCorrectionTest, OneFailureTooManyCarriesTheFirst) {
  Tally tally{0, 2, {}};
  tally.first_failure.emplace();
  tally.first_failure->status.set_message("the first");
  TakeBack(Any(), tally);
  EXPECT_EQ(decision_.status().message(), "the first");
  EXPECT_EQ(decision_.decided_by(), 1);
}

TEST_F(DecisionCorrectionTest, RaceIsLostOnlyByWhoWonIt) {
  decision_.set_decided_by(0);
  TakeBack(Race(), {1, 1, {}});
  EXPECT_TRUE(satisfied());
  decision_.set_decided_by(1);
  TakeBack(Race(), {1, 1, {}});
  EXPECT_FALSE(satisfied());
}

TEST_F(DecisionCorrectionTest, AnOptionalOneIsBorneAndARequiredOneIsNot) {
  TakeBack(FailFast(), {2, 1, {}}, v1::REQUIREMENT_OPTIONAL);
  EXPECT_TRUE(satisfied());
  TakeBack(Collect(), {2, 1, {}}, v1::REQUIREMENT_REQUIRED);
  EXPECT_FALSE(satisfied());
}

TEST_F(DecisionCorrectionTest, ADecisionThatFailedAlreadyStands) {
  decision_.set_verdict(v1::VERDICT_DEADLINE_EXCEEDED);
  TakeBack(FailFast(), {0, 1, {}});
  EXPECT_EQ(decision_.verdict(), v1::VERDICT_DEADLINE_EXCEEDED);
  EXPECT_EQ(summary_.failed(), 1);
}

TEST(TallyTest, CountsWhatCounts) {
  Tally tally;
  tally.Note(Succeeded(MakeText("")), v1::REQUIREMENT_UNSPECIFIED);
  tally.Note(Succeeded(MakeText("")), v1::REQUIREMENT_OPTIONAL);
  tally.Note(Failed(5, "none"), v1::REQUIREMENT_REQUIRED);
  EXPECT_EQ(tally.successes, 1);
  EXPECT_EQ(tally.failures, 1);
}

TEST(TallyTest, KnowsTheFirstFailureInTime) {
  Tally tally;
  v1::Outcome late = Failed(5, "late");
  late.mutable_timing()->mutable_finished()->set_seconds(2);
  v1::Outcome early = Failed(5, "early");
  early.mutable_timing()->mutable_finished()->set_seconds(1);
  tally.Note(late, v1::REQUIREMENT_UNSPECIFIED);
  tally.Note(early, v1::REQUIREMENT_UNSPECIFIED);
  tally.Note(late, v1::REQUIREMENT_UNSPECIFIED);
  EXPECT_EQ(tally.first_failure->status.message(), "early");
}

}  // namespace
}  // namespace gather::internal
