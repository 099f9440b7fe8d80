#include "gather/failures.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gather/answer_status.h"
#include "gather/sent_calls.h"
#include "tests/client/answers.h"

namespace gather {
namespace {

using ::gather::test::CancelledBy;
using ::gather::test::Failed;
using ::gather::test::FailedBy;
using ::gather::test::MakeText;
using ::gather::test::Succeeded;

// Of five sub-calls the second, third and fifth failed; the third was the first to.
absl::Status ThreeFailures() {
  const v1::GatherResponse response =
      FailedBy(2, {Succeeded(MakeText("Ada")), Failed(5, "no such user"), Failed(14, "down"),
                   CancelledBy(2), Failed(5, "no such page")});
  internal::SentCalls sent;
  for (int i = 0; i < response.outcomes_size(); ++i) sent.Add(v1::SubCall());
  return internal::StatusOfAnswer(response, sent);
}

std::vector<int> IndexesOf(const Failures& failures) {
  std::vector<int> indexes;
  for (const Failure& failure : failures) indexes.push_back(static_cast<int>(failure.index));
  return indexes;
}

// semantics 12, 13
TEST(FailuresTest, ListsRealFailuresInRequestOrder) {
  const Failures failures = Failures::From(ThreeFailures());
  EXPECT_EQ(IndexesOf(failures), (std::vector<int>{1, 2, 4}));
  EXPECT_EQ(failures.begin()->status, absl::NotFoundError("no such user"));
  EXPECT_EQ(failures.begin()->origin, Origin::kBackend);
  EXPECT_EQ(failures.begin()->delivery, Delivery::kAnswered);
}

TEST(FailuresTest, FirstIsTheOneThatDecided) {
  EXPECT_EQ(Failures::From(ThreeFailures()).first()->index, 2);
}

// semantics 32
TEST(FailuresTest, FirstIsTheOneThatCameFirstWhereAnotherWasOneTooMany) {
  v1::GatherResponse response = FailedBy(0, {Failed(14, "down"), Failed(5, "no such user")});
  *response.mutable_decision()->mutable_status() = response.outcomes(1).status();
  internal::SentCalls sent;
  v1::Policy policy;
  policy.set_mode(v1::MODE_ANY);
  sent.set_policy(policy);
  for (int i = 0; i < 2; ++i) sent.Add(v1::SubCall());
  EXPECT_EQ(Failures::From(internal::StatusOfAnswer(response, sent)).first()->index, 1);
}

TEST(FailuresTest, TakeRemovesAndReturnsThoseOfACode) {
  Failures failures = Failures::From(ThreeFailures());
  EXPECT_EQ(IndexesOf(failures.Take(absl::StatusCode::kNotFound)), (std::vector<int>{1, 4}));
  EXPECT_EQ(IndexesOf(failures), (std::vector<int>{2}));
  EXPECT_TRUE(failures.Take(absl::StatusCode::kNotFound).empty());
}

TEST(FailuresTest, FirstIsTheLowestIndexOnceTheDecidingOneIsTaken) {
  Failures failures = Failures::From(ThreeFailures());
  failures.Take(absl::StatusCode::kUnavailable);
  EXPECT_EQ(failures.first()->index, 1);
}

TEST(FailuresTest, AnyOtherStatusHoldsNone) {
  EXPECT_TRUE(Failures::From(absl::OkStatus()).empty());
  EXPECT_TRUE(Failures::From(absl::NotFoundError("")).empty());
  EXPECT_EQ(Failures::From(absl::OkStatus()).first(), nullptr);
}

}  // namespace
}  // namespace gather
