#include "gather/task_group_tally.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gather/failures.h"
#include "gather/refusal.h"
#include "gather/summary.h"
#include "gather/task_state.h"
#include "tests/client/answers.h"
#include "tests/client/group_answers.h"

namespace gather::internal {
namespace {

using ::gather::test::At;
using ::gather::test::CancelledBy;
using ::gather::test::EndedEarly;
using ::gather::test::ExpiredSummary;
using ::gather::test::Failed;
using ::gather::test::FailedSummary;
using ::gather::test::MakeText;
using ::gather::test::SatisfiedSummary;
using ::gather::test::ShutDownSummary;
using ::gather::test::Succeeded;

v1::Policy PolicyOf(v1::Mode mode) {
  v1::Policy policy;
  policy.set_mode(mode);
  return policy;
}

v1::Policy Quorum(std::uint32_t successes) {
  v1::Policy policy = PolicyOf(v1::MODE_QUORUM);
  policy.set_min_successes(successes);
  return policy;
}

v1::Policy Collect(std::uint32_t max_failures) {
  v1::Policy policy = PolicyOf(v1::MODE_COLLECT);
  policy.set_max_failures(max_failures);
  return policy;
}

// Sub-calls without a word about their requirement, unless a test says so.
class Scripted {
 public:
  explicit Scripted(v1::Policy policy) : tally_(std::move(policy)) {}

  bool Count(std::uint32_t index, const v1::Outcome& outcome, bool unreadable = false,
             v1::Requirement requirement = v1::REQUIREMENT_UNSPECIFIED) {
    TaskCall call;
    call.name = {index, absl::StrCat(index), "users", "/demo.Users/Get"};
    call.requirement = requirement;
    return tally_.Count(call, At(index, outcome), unreadable);
  }
  bool Misread(std::uint32_t index, v1::Requirement requirement = v1::REQUIREMENT_UNSPECIFIED) {
    return Count(index, Failed(13, "unreadable"), /*unreadable=*/true, requirement);
  }
  absl::Status End(const v1::Summary& summary) {
    tally_.TakeSummary(summary);
    tally_.TakeEnd(absl::OkStatus());
    return tally_.status();
  }
  absl::Status Lose(const absl::Status& status) {
    tally_.TakeEnd(status);
    return tally_.status();
  }

  TaskGroupTally& tally() { return tally_; }

 private:
  TaskGroupTally tally_;
};

TEST(TaskGroupTallyTest, SatisfiedIsOk) {
  Scripted group(PolicyOf(v1::MODE_FAIL_FAST));
  EXPECT_FALSE(group.Count(0, Succeeded(MakeText("Ada"))));
  EXPECT_TRUE(group.End(SatisfiedSummary(0)).ok());
  EXPECT_EQ(group.tally().summary().verdict, Verdict::kSatisfied);
  EXPECT_EQ(group.tally().summary().gather_id, "c0ffee");
}

// semantics 12
TEST(TaskGroupTallyTest, AFailureIsNamedAndAllAreListedInOrder) {
  Scripted group(PolicyOf(v1::MODE_FAIL_FAST));
  group.Count(3, Failed(5, "no such user"));
  group.Count(1, Failed(14, "down"));
  group.Count(2, CancelledBy(3));
  const absl::Status status = group.End(FailedSummary(3, 5, "no such user"));
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "sub-call 3 \"3\" (users /demo.Users/Get): no such user (+1 more)");
  const Failures failures = Failures::From(status);
  ASSERT_EQ(failures.size(), 2);
  EXPECT_EQ(failures.begin()->index, 1);
  EXPECT_EQ(failures.first()->index, 3);
}

// semantics 48
TEST(TaskGroupTallyTest, OfManyFailuresAHundredAreKeptAndAllAreCounted) {
  Scripted group(PolicyOf(v1::MODE_FAIL_FAST));
  for (std::uint32_t i = 0; i < 1000; ++i) {
    group.Count(i, Failed(14, "down"), false, v1::REQUIREMENT_OPTIONAL);
  }
  group.Count(1000, Failed(5, "no such user"));
  const absl::Status status = group.End(FailedSummary(1000, 5, "no such user"));
  EXPECT_EQ(status.message(),
            "sub-call 1000 \"1000\" (users /demo.Users/Get): no such user (+1000 more)");
  const Failures failures = Failures::From(status);
  EXPECT_EQ(failures.size(), 100);
  EXPECT_EQ(failures.first()->index, 1000);  // the one that decided is never left out
}

// semantics 48
TEST(TaskGroupTallyTest, BothTheFirstThatCountsAndARequiredOneAreKept) {
  Scripted group(PolicyOf(v1::MODE_COLLECT));
  for (std::uint32_t i = 0; i < 200; ++i) {
    group.Count(i, Failed(14, "down"), false, v1::REQUIREMENT_OPTIONAL);
  }
  group.Count(200, Failed(5, "first"));
  group.Count(201, Failed(7, "required"), false, v1::REQUIREMENT_REQUIRED);
  const absl::Status status = group.End(FailedSummary(201, 7, "required"));
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  std::optional<std::uint32_t> before;
  std::uint32_t last = 0;
  for (const Failure& failure : Failures::From(status)) {
    before = last;
    last = failure.index;
  }
  EXPECT_EQ(before, 200);
  EXPECT_EQ(last, 201);
}

// semantics 32
TEST(TaskGroupTallyTest, WhereNoOneFailureDecidesTheFirstGivesTheStatusAndItsName) {
  Scripted group(PolicyOf(v1::MODE_ANY));
  group.Count(1, Failed(5, "first"));
  group.Count(0, Failed(14, "last"));
  EXPECT_EQ(group.End(FailedSummary(0, 5, "first")).message(),
            "sub-call 1 \"1\" (users /demo.Users/Get): first (+1 more)");
}

// semantics 45
TEST(TaskGroupTallyTest, AnEarlyEndThatLeavesTheGroupUnsatisfiedNamesNobody) {
  Scripted group(PolicyOf(v1::MODE_ANY));
  group.Count(0, Failed(5, "no"));
  v1::Summary summary = FailedSummary(0, 1, "ended early before the first success");
  summary.mutable_decision()->clear_decided_by();
  const absl::Status status = group.End(summary);
  EXPECT_EQ(status.message(), "ended early before the first success (+1 more)");
  EXPECT_TRUE(absl::IsCancelled(status));
}

TEST(TaskGroupTallyTest, AReplyThatCannotBeReadFailsAFailFastGroupFromHere) {
  Scripted group(PolicyOf(v1::MODE_FAIL_FAST));
  EXPECT_TRUE(group.Misread(0));
  v1::Outcome stopped = EndedEarly();
  group.tally().Relabel(&stopped);
  EXPECT_EQ(stopped.cause(), v1::CAUSE_SIBLING_FAILED);
  EXPECT_EQ(stopped.caused_by(), 0);
  v1::Summary summary = SatisfiedSummary();
  summary.set_succeeded(1);
  EXPECT_TRUE(absl::IsInternal(group.End(summary)));
  EXPECT_EQ(group.tally().summary().verdict, Verdict::kFailed);
  EXPECT_EQ(group.tally().summary().decided_by, 0);
  EXPECT_EQ(group.tally().summary().succeeded, 0);
  EXPECT_EQ(group.tally().summary().failed, 1);
  EXPECT_EQ(group.tally().ending().cause, v1::CAUSE_SIBLING_FAILED);
}

TEST(TaskGroupTallyTest, AReplyThatCannotBeReadAfterTheCallersEarlyEndStillFails) {
  Scripted group(PolicyOf(v1::MODE_FAIL_FAST));
  group.tally().NoteEndEarly();
  EXPECT_FALSE(group.Misread(0));
  v1::Outcome stopped = EndedEarly();
  group.tally().Relabel(&stopped);
  EXPECT_EQ(stopped.cause(), v1::CAUSE_GROUP_ENDED);
  EXPECT_TRUE(absl::IsInternal(group.End(SatisfiedSummary())));
}

TEST(TaskGroupTallyTest, AReplyThatCannotBeReadStopsNobodyWhereFailuresDoNot) {
  Scripted collect(PolicyOf(v1::MODE_COLLECT));
  EXPECT_FALSE(collect.Misread(0));
  EXPECT_TRUE(collect.End(SatisfiedSummary(0)).ok());
  EXPECT_EQ(collect.tally().summary().failed, 1);

  Scripted propagate(PolicyOf(v1::MODE_PROPAGATE));
  EXPECT_FALSE(propagate.Misread(0));
  EXPECT_TRUE(absl::IsInternal(propagate.End(SatisfiedSummary(1))));

  Scripted optional(PolicyOf(v1::MODE_FAIL_FAST));
  EXPECT_FALSE(optional.Misread(0, v1::REQUIREMENT_OPTIONAL));
  EXPECT_TRUE(optional.End(SatisfiedSummary(0)).ok());
}

TEST(TaskGroupTallyTest, ARequiredReplyThatCannotBeReadFailsEveryPolicy) {
  for (int mode = v1::MODE_FAIL_FAST; mode <= v1::MODE_QUORUM; ++mode) {
    Scripted group(PolicyOf(static_cast<v1::Mode>(mode)));
    EXPECT_EQ(group.Misread(0, v1::REQUIREMENT_REQUIRED), mode != v1::MODE_PROPAGATE) << mode;
    EXPECT_TRUE(absl::IsInternal(group.End(SatisfiedSummary(0)))) << mode;
    EXPECT_EQ(group.tally().ending().cause, v1::CAUSE_SIBLING_FAILED) << mode;
  }
}

// semantics 24
TEST(TaskGroupTallyTest, AReplyThatCannotBeReadCountsForTheBoundOnFailures) {
  Scripted group(Collect(1));
  EXPECT_FALSE(group.Count(0, Failed(5, "first")));
  EXPECT_TRUE(group.Misread(1));
  v1::Outcome stopped = EndedEarly();
  group.tally().Relabel(&stopped);
  EXPECT_EQ(stopped.cause(), v1::CAUSE_DECIDED);
  EXPECT_EQ(stopped.caused_by(), 1);
  const absl::Status status = group.End(SatisfiedSummary());
  EXPECT_EQ(status.message(), "sub-call 0 \"0\" (users /demo.Users/Get): first (+1 more)");
  EXPECT_EQ(group.tally().summary().decided_by, 1);
}

TEST(TaskGroupTallyTest, ASuccessThatCannotBeReadSatisfiesNobody) {
  Scripted any(PolicyOf(v1::MODE_ANY));
  any.Misread(2);
  EXPECT_TRUE(absl::IsInternal(any.End(SatisfiedSummary(2))));

  Scripted race(PolicyOf(v1::MODE_RACE));
  race.Misread(2);
  EXPECT_TRUE(absl::IsInternal(race.End(SatisfiedSummary(2))));
  EXPECT_EQ(race.tally().summary().decided_by, 2);

  Scripted quorum(Quorum(2));
  quorum.Count(0, Succeeded(MakeText("Ada")));
  quorum.Misread(1);
  EXPECT_TRUE(absl::IsInternal(quorum.End(SatisfiedSummary(1))));

  Scripted enough(Quorum(1));
  enough.Count(0, Succeeded(MakeText("Ada")));
  enough.Misread(1);
  EXPECT_TRUE(enough.End(SatisfiedSummary(0)).ok());

  Scripted won(PolicyOf(v1::MODE_RACE));
  won.Count(0, Succeeded(MakeText("Ada")));
  won.Misread(1);
  EXPECT_TRUE(won.End(SatisfiedSummary(0)).ok());
}

TEST(TaskGroupTallyTest, WhatWasWrongHereIsToldInOurWords) {
  TaskGroupTally tally(PolicyOf(v1::MODE_FAIL_FAST));
  TaskCall call;
  call.name = {0, "ada", "users", "/demo.Users/Get"};
  call.problem = absl::InvalidArgumentError("timeout: a timeout is positive");
  v1::Outcome outcome = At(0, Failed(3, "timeout: a timeout is positive"));
  outcome.set_disposition(v1::DISPOSITION_REJECTED);
  tally.Count(call, outcome, false);
  tally.TakeSummary(FailedSummary(0, 3, "calls[0].method: empty"));
  tally.TakeEnd(absl::OkStatus());
  EXPECT_EQ(tally.status().message(),
            "sub-call 0 \"ada\" (users /demo.Users/Get): timeout: a timeout is positive");
}

// semantics 54
TEST(TaskGroupTallyTest, AFailureThatDecidesIsNotMaskedByACancel) {
  Scripted group(PolicyOf(v1::MODE_FAIL_FAST));
  group.Count(0, Failed(5, "no such user"));
  group.tally().NoteCancelled();
  EXPECT_TRUE(absl::IsNotFound(group.Lose(absl::CancelledError("RPC"))));
}

// semantics 54
TEST(TaskGroupTallyTest, FailuresThatDoNotDecideStayListedUnderACancel) {
  Scripted group(PolicyOf(v1::MODE_COLLECT));
  group.Count(0, Failed(5, "no such user"));
  group.tally().NoteCancelled();
  const absl::Status status = group.Lose(absl::CancelledError("RPC"));
  EXPECT_TRUE(absl::IsCancelled(status));
  EXPECT_EQ(status.message(), "the caller cancelled the group");
  EXPECT_EQ(Failures::From(status).size(), 1);
}

// semantics 54
TEST(TaskGroupTallyTest, SuccessesThatDecideStandUnderACancel) {
  for (const v1::Policy& policy : {PolicyOf(v1::MODE_ANY), PolicyOf(v1::MODE_RACE), Quorum(1)}) {
    Scripted group(policy);
    group.Count(0, Succeeded(MakeText("Ada")));
    group.Count(1, Failed(5, "no"), false, v1::REQUIREMENT_REQUIRED);  // too late to decide
    group.tally().NoteCancelled();
    EXPECT_TRUE(group.Lose(absl::CancelledError("RPC")).ok()) << policy.DebugString();
    EXPECT_EQ(group.tally().ending().lost, absl::CancelledError("the caller cancelled the group"));
    EXPECT_EQ(group.tally().summary().verdict, Verdict::kNone);
  }
}

// semantics 54
TEST(TaskGroupTallyTest, SuccessesThatDoNotDecideDoNotHelpAgainstACancel) {
  Scripted fail_fast(PolicyOf(v1::MODE_FAIL_FAST));
  Scripted quorum(Quorum(2));
  Scripted required(PolicyOf(v1::MODE_ANY));
  required.tally().NoteAdded(v1::REQUIREMENT_REQUIRED);
  Scripted early(PolicyOf(v1::MODE_ANY));
  early.tally().NoteEndEarly();
  for (Scripted* group : {&fail_fast, &quorum, &required, &early}) {
    group->Count(0, Succeeded(MakeText("Ada")));
    group->tally().NoteCancelled();
    EXPECT_TRUE(absl::IsCancelled(group->Lose(absl::CancelledError("RPC"))));
  }
}

// semantics 54
TEST(TaskGroupTallyTest, SuccessesThatDecideDoNotHelpWhereTheGroupWasLost) {
  Scripted group(PolicyOf(v1::MODE_ANY));
  group.Count(0, Succeeded(MakeText("Ada")));
  group.tally().NoteCancelled();
  EXPECT_TRUE(absl::IsUnavailable(group.Lose(absl::UnavailableError("gone"))));
}

TEST(TaskGroupTallyTest, ARaceIsDecidedByItsFirstAndNoOther) {
  Scripted lost(PolicyOf(v1::MODE_RACE));
  lost.Count(1, Failed(5, "no"));
  EXPECT_TRUE(absl::IsNotFound(lost.Lose(absl::UnavailableError("gone"))));

  Scripted won(PolicyOf(v1::MODE_RACE));
  won.Count(0, Succeeded(MakeText("Ada")));
  won.Count(1, Failed(5, "no"));
  EXPECT_TRUE(absl::IsUnavailable(won.Lose(absl::UnavailableError("gone"))));
}

TEST(TaskGroupTallyTest, ARefusalIsTheStatusAsItIs) {
  Scripted group(PolicyOf(v1::MODE_FAIL_FAST));
  const absl::Status refusal =
      MakeRefusal(absl::StatusCode::kInvalidArgument, "BAD_LABEL", "label", "too long");
  EXPECT_EQ(group.Lose(refusal), refusal);
}

TEST(TaskGroupTallyTest, AnEndWithoutSummaryIsAFault) {
  Scripted group(PolicyOf(v1::MODE_FAIL_FAST));
  group.tally().TakeOpened("c0ffee");
  EXPECT_TRUE(absl::IsInternal(group.Lose(absl::OkStatus())));
  EXPECT_EQ(group.tally().summary().gather_id, "c0ffee");
  EXPECT_EQ(group.tally().summary().verdict, Verdict::kNone);
}

TEST(TaskGroupTallyTest, ABreachOfTheProtocolIsAFaultWhateverIsToldLater) {
  Scripted group(PolicyOf(v1::MODE_FAIL_FAST));
  group.tally().TakeBreach(absl::InternalError("twice"));
  group.tally().TakeBreach(absl::InternalError("thrice"));
  EXPECT_EQ(group.End(SatisfiedSummary()), absl::InternalError("twice"));
}

// semantics 44, 55
TEST(TaskGroupTallyTest, WhatIsLeftTellsTheDecisionsCause) {
  struct Case {
    v1::Mode mode;
    v1::Summary summary;
    v1::Cause cause;
    std::optional<std::uint32_t> caused_by;
  };
  const Case cases[] = {
      {v1::MODE_ANY, SatisfiedSummary(2), v1::CAUSE_DECIDED, 2},
      {v1::MODE_QUORUM, FailedSummary(2, 5, "no"), v1::CAUSE_DECIDED, 2},
      {v1::MODE_FAIL_FAST, FailedSummary(2, 5, "no"), v1::CAUSE_SIBLING_FAILED, 2},
      {v1::MODE_PROPAGATE, FailedSummary(2, 5, "no"), v1::CAUSE_SIBLING_FAILED, 2},
      {v1::MODE_COLLECT, FailedSummary(2, 5, "no"), v1::CAUSE_DECIDED, 2},
      {v1::MODE_FAIL_FAST, SatisfiedSummary(), v1::CAUSE_GROUP_ENDED, std::nullopt},
      {v1::MODE_FAIL_FAST, ExpiredSummary(), v1::CAUSE_GATHER_DEADLINE, std::nullopt},
      {v1::MODE_FAIL_FAST, ShutDownSummary(), v1::CAUSE_SHUTDOWN, std::nullopt},
  };
  for (const Case& c : cases) {
    Scripted group(PolicyOf(c.mode));
    (void)group.End(c.summary);
    const TaskGroupEnding ending = group.tally().ending();
    EXPECT_TRUE(ending.lost.ok());
    EXPECT_EQ(ending.cause, c.cause) << c.summary.DebugString();
    EXPECT_EQ(ending.caused_by, c.caused_by) << c.summary.DebugString();
  }
}

}  // namespace
}  // namespace gather::internal
