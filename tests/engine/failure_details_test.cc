#include "engine/failure_details.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gather/v1/gather.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/engine/answers.h"

namespace gather::engine {
namespace {

using ::testing::ElementsAre;

constexpr std::size_t kPlenty = 1 << 20;

// `n` failures with 100 bytes of message and 100 of details each, decided by the first.
Answer Failures(std::size_t n) {
  Answer answer = MakeAnswer(n, "");
  for (std::uint32_t i = 0; i < n; ++i) {
    Fail(&answer, i, 5, std::string(100, 'm'));
    answer.outcomes[i].status->add_details()->set_value(std::string(100, 'd'));
  }
  DecideFailed(&answer, 0);
  return answer;
}

// One letter for what is left of each listed failure: D details and message, M message, m a
// message that was cut.
std::vector<std::string> Left(const v1::GatherFailure& message) {
  std::vector<std::string> left;
  for (const v1::SubCallFailure& failure : message.failures()) {
    const bool whole = failure.status().message().size() == 100;
    const char* what = failure.status().details_size() > 0 ? "D" : whole ? "M" : "m";
    left.push_back(absl::StrCat(failure.index(), what));
  }
  return left;
}

// What is left when `excess` bytes are too many.
std::vector<std::string> LeftWithout(std::size_t excess, const Answer& answer, std::uint32_t used) {
  const std::size_t whole = MakeGatherFailure(answer, used, kPlenty).ByteSizeLong();
  const v1::GatherFailure cut = MakeGatherFailure(answer, used, whole - excess);
  EXPECT_LE(cut.ByteSizeLong(), whole - excess);
  EXPECT_EQ(cut.total_failures(), answer.outcomes.size());
  return Left(cut);
}

TEST(FailureDetailsTest, NothingIsCutThatFits) {
  EXPECT_THAT(LeftWithout(0, Failures(3), 0), ElementsAre("0D", "1D", "2D"));
}

TEST(FailureDetailsTest, DetailsGoFirstFromTheLastFailure) {
  EXPECT_THAT(LeftWithout(1, Failures(3), 0), ElementsAre("0D", "1D", "2M"));
  EXPECT_THAT(LeftWithout(150, Failures(3), 0), ElementsAre("0D", "1M", "2M"));
}

TEST(FailureDetailsTest, ThenMessagesAreCutTo64Bytes) {
  const Answer answer = Failures(3);
  EXPECT_THAT(LeftWithout(220, answer, 0), ElementsAre("0D", "1M", "2m"));
  EXPECT_THAT(LeftWithout(260, answer, 0), ElementsAre("0D", "1m", "2m"));
  const std::size_t whole = MakeGatherFailure(answer, 0, kPlenty).ByteSizeLong();
  EXPECT_EQ(MakeGatherFailure(answer, 0, whole - 220).failures(2).status().message(),
            std::string(64, 'm'));
}

TEST(FailureDetailsTest, ThenFailuresGoFromTheEnd) {
  EXPECT_THAT(LeftWithout(300, Failures(3), 0), ElementsAre("0D", "1m"));
  EXPECT_THAT(LeftWithout(400, Failures(3), 0), ElementsAre("0D"));
}

TEST(FailureDetailsTest, TheUsedFailureStaysWholeWhereverItStands) {
  EXPECT_THAT(LeftWithout(1, Failures(3), 2), ElementsAre("0D", "1M", "2D"));
  EXPECT_THAT(LeftWithout(300, Failures(3), 2), ElementsAre("0m", "2D"));
  EXPECT_THAT(LeftWithout(400, Failures(3), 2), ElementsAre("2D"));
  EXPECT_THAT(LeftWithout(300, Failures(3), 1), ElementsAre("0m", "1D"));
}

TEST(FailureDetailsTest, AtLastTheDecisionsMessageThenTheUsedFailuresOwn) {
  const Answer answer = Failures(1);
  const v1::GatherFailure whole = MakeGatherFailure(answer, 0, kPlenty);
  const std::size_t bytes = whole.ByteSizeLong();
  const v1::GatherFailure first = MakeGatherFailure(answer, 0, bytes - 1);
  EXPECT_EQ(first.decision().status().message(), std::string(64, 'm'));
  EXPECT_EQ(first.decision().status().code(), 5);
  EXPECT_THAT(Left(first), ElementsAre("0D"));
  EXPECT_THAT(Left(MakeGatherFailure(answer, 0, bytes - 40)), ElementsAre("0M"));
  EXPECT_THAT(Left(MakeGatherFailure(answer, 0, bytes - 160)), ElementsAre("0m"));
}

TEST(FailureDetailsTest, MessagesAreCutBetweenCharacters) {
  Answer answer = MakeAnswer(2, "");
  Fail(&answer, 0, 5, "");
  std::string text = "xx";
  for (int i = 0; i < 40; ++i) text += "\xe2\x82\xac";
  Fail(&answer, 1, 5, text);
  DecideFailed(&answer, 0);
  const std::size_t whole = MakeGatherFailure(answer, 0, kPlenty).ByteSizeLong();
  const v1::GatherFailure cut = MakeGatherFailure(answer, 0, whole - 1);
  EXPECT_EQ(cut.failures(1).status().message(), text.substr(0, 62));
}

TEST(FailureDetailsTest, WithoutFailuresTheDecisionStands) {
  Answer answer = MakeAnswer(2, "");
  Decide(&answer, v1::VERDICT_DEADLINE_EXCEEDED, 4);
  const v1::GatherFailure failure = MakeGatherFailure(answer, std::nullopt, kPlenty);
  EXPECT_EQ(failure.failures_size(), 0);
  EXPECT_EQ(failure.total_failures(), 0u);
  EXPECT_EQ(failure.decision().verdict(), v1::VERDICT_DEADLINE_EXCEEDED);
}

}  // namespace
}  // namespace gather::engine
