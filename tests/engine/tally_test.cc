#include "engine/tally.h"

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

// Counts sub-calls "c0", "c1", … of a gather whose outcomes nobody else keeps.
class TallyTest : public ::testing::Test {
 protected:
  void Count(std::uint32_t index, v1::Disposition disposition,
             v1::Cause cause = v1::CAUSE_UNSPECIFIED) {
    call_.sub_call = &sub_call_;
    call_.target_name = "users";
    call_.method = "/S/M";
    sub_call_.set_id(absl::StrCat("c", index));
    Outcome outcome;
    outcome.disposition = disposition;
    outcome.cause = cause;
    outcome.status = std::make_unique<v1::Status>();
    outcome.status->set_code(5);
    tally_.Count(index, call_, outcome);
  }

  void Fail(std::uint32_t index, v1::Requirement requirement = v1::REQUIREMENT_UNSPECIFIED) {
    call_.requirement = requirement;
    Count(index, v1::DISPOSITION_FAILED);
  }

  std::vector<std::uint32_t> Kept() {
    std::vector<std::uint32_t> indexes;
    for (const Failure& failure : tally_.TakeFailures()) indexes.push_back(failure.index);
    return indexes;
  }

  v1::SubCall sub_call_;
  PlannedCall call_;
  Tally tally_{/*keeps_failures=*/true};
};

TEST_F(TallyTest, CountsByDispositionAndCause) {
  Count(0, v1::DISPOSITION_SUCCEEDED);
  Count(2, v1::DISPOSITION_CANCELLED, v1::CAUSE_SIBLING_FAILED);
  Count(1, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SIBLING_FAILED);
  EXPECT_EQ(tally_.ended(), 3u);
  EXPECT_EQ(tally_.Of(v1::DISPOSITION_SUCCEEDED), 1u);
  EXPECT_EQ(tally_.Of(v1::DISPOSITION_CANCELLED), 1u);
  EXPECT_EQ(tally_.Of(v1::CAUSE_SIBLING_FAILED), 2u);
  EXPECT_EQ(tally_.last_ended(), 1u);
  EXPECT_EQ(tally_.failures(), 0u);
}

TEST_F(TallyTest, KeepsRealFailuresOnlyInIndexOrderWithTheirNames) {
  Fail(4);
  Count(3, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SUB_CALL_DEADLINE);
  Count(2, v1::DISPOSITION_REJECTED);
  Count(1, v1::DISPOSITION_CANCELLED, v1::CAUSE_SIBLING_FAILED);
  Count(0, v1::DISPOSITION_DETACHED);
  EXPECT_EQ(tally_.failures(), 3u);
  const std::vector<Failure> failures = tally_.TakeFailures();
  ASSERT_EQ(failures.size(), 3u);
  EXPECT_EQ(failures[0].index, 2u);
  EXPECT_EQ(failures[2].index, 4u);
  EXPECT_EQ(failures[2].id, "c4");
  EXPECT_EQ(failures[2].target, "users");
  EXPECT_EQ(failures[2].method, "/S/M");
  EXPECT_EQ(failures[2].status.code(), 5);
}

// semantics 48
TEST_F(TallyTest, KeepsAHundredHoweverManyFail) {
  for (std::uint32_t index = 0; index < 10'000; ++index) Fail(index);
  EXPECT_EQ(tally_.failures(), 10'000u);
  EXPECT_EQ(Kept().size(), 100u);
}

TEST_F(TallyTest, TheLastFailureIsKeptForTheStatusThatCarriesIt) {
  for (std::uint32_t index = 0; index < 150; ++index) Fail(index);
  tally_.KeepForStatus(149);
  const std::vector<std::uint32_t> kept = Kept();
  EXPECT_EQ(kept.size(), 100u);
  EXPECT_EQ(kept.back(), 149u);
}

TEST_F(TallyTest, TheFirstThatCountsIsKeptForTheStatusThatCarriesIt) {
  for (std::uint32_t index = 0; index < 120; ++index) Fail(index, v1::REQUIREMENT_OPTIONAL);
  Fail(120);
  Fail(121);
  tally_.KeepForStatus(120);
  EXPECT_EQ(Kept().back(), 120u);
}

TEST_F(TallyTest, WhatIsKeptAlreadyIsNotKeptTwice) {
  Fail(0);
  Fail(1);
  tally_.KeepForStatus(0);
  EXPECT_EQ(Kept(), (std::vector<std::uint32_t>{0, 1}));
}

TEST(TallyOfATogetherAnswerTest, OnlyCounts) {
  Tally tally(/*keeps_failures=*/false);
  Outcome outcome;
  outcome.disposition = v1::DISPOSITION_FAILED;
  tally.Count(0, PlannedCall(), outcome);
  EXPECT_EQ(tally.failures(), 1u);
  EXPECT_TRUE(tally.TakeFailures().empty());
}

}  // namespace
}  // namespace gather::engine
