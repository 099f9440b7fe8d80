#include "engine/answer_writer.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/plan.h"
#include "engine/reply_list.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/engine/answers.h"

namespace gather::engine {
namespace {

grpc::ByteBuffer Buffer(const std::vector<std::string>& parts) {
  std::vector<grpc::Slice> slices(parts.begin(), parts.end());
  return grpc::ByteBuffer(slices.data(), slices.size());
}

std::vector<grpc::Slice> SlicesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  EXPECT_TRUE(buffer.Dump(&slices).ok());
  return slices;
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::string bytes;
  for (const grpc::Slice& slice : SlicesOf(buffer)) bytes.append(slice.begin(), slice.end());
  return bytes;
}

v1::GatherResponse Response(const Answer& answer) {
  v1::GatherResponse response;
  ToResponse(answer, &response);
  return response;
}

v1::GatherResponse ParsedWire(const Answer& answer) {
  v1::GatherResponse response;
  EXPECT_TRUE(response.ParseFromString(BytesOf(ToWire(answer))));
  return response;
}

TEST(AnswerWriterTest, WritesEveryOutcomeAndTheDecisionTwice) {
  Answer answer = MakeAnswer(2, "");
  answer.outcomes[0].response = Buffer({"hello"});
  Fail(&answer, 1, 5, "no");
  DecideFailed(&answer, 1);
  answer.summary.set_failed(1);
  const v1::GatherResponse response = ParsedWire(answer);
  ASSERT_EQ(response.outcomes_size(), 2);
  EXPECT_EQ(response.outcomes(0).index(), 0u);
  EXPECT_EQ(response.outcomes(0).id(), "0");
  EXPECT_EQ(response.outcomes(0).disposition(), v1::DISPOSITION_SUCCEEDED);
  EXPECT_EQ(response.outcomes(0).response(), "hello");
  EXPECT_EQ(response.outcomes(1).status().message(), "no");
  EXPECT_EQ(response.decision().decided_by(), 1u);
  EXPECT_EQ(response.summary().failed(), 1u);
  EXPECT_EQ(response.summary().decision().decided_by(), 1u);
  EXPECT_FALSE(response.has_effective());
}

// semantics 2
TEST(AnswerWriterTest, AnEmptyGatherHasADecisionAndASummary) {
  Answer answer = MakeAnswer(0, "");
  Decide(&answer, v1::VERDICT_SATISFIED, 0);
  const v1::GatherResponse response = ParsedWire(answer);
  EXPECT_EQ(response.outcomes_size(), 0);
  EXPECT_EQ(response.decision().verdict(), v1::VERDICT_SATISFIED);
  EXPECT_EQ(response.summary().gather_id(), "0123");
}

TEST(AnswerWriterTest, ValidateOnlyShowsTheEffectiveRequestAndNoDecision) {
  const Answer answer = MakeAnswer(
      "validate_only: true timeout { seconds: 9999 } calls { target: 'users' method: '/S/M' }");
  const v1::GatherResponse response = ParsedWire(answer);
  EXPECT_FALSE(response.has_decision());
  EXPECT_FALSE(response.summary().has_decision());
  EXPECT_EQ(response.effective().timeout().seconds(), 3600);
  EXPECT_EQ(response.effective().calls(0).id(), "0");
}

// semantics 7
TEST(AnswerWriterTest, AnEmptyReplyStaysASuccess) {
  Answer answer = MakeAnswer(2, "");
  answer.outcomes[0].response = Buffer({""});
  const v1::GatherResponse response = ParsedWire(answer);
  EXPECT_EQ(response.outcomes(0).disposition(), v1::DISPOSITION_SUCCEEDED);
  EXPECT_EQ(response.outcomes(0).response(), "");
  EXPECT_EQ(response.outcomes_size(), 2);
}

TEST(AnswerWriterTest, LargeRepliesAreNotCopied) {
  Answer answer = MakeAnswer(1, "");
  const grpc::Slice payload(std::string(1024, 'x'));
  answer.outcomes[0].response = grpc::ByteBuffer(&payload, 1);
  const grpc::ByteBuffer wire = ToWire(answer);
  bool found = false;
  for (const grpc::Slice& slice : SlicesOf(wire)) found |= slice.begin() == payload.begin();
  EXPECT_TRUE(found);
}

TEST(AnswerWriterTest, SmallRepliesShareASlice) {
  Answer answer = MakeAnswer(100, "");
  for (Outcome& outcome : answer.outcomes) outcome.response = Buffer({std::string(100, 'x')});
  EXPECT_EQ(SlicesOf(ToWire(answer)).size(), 1u);
}

TEST(AnswerWriterTest, MoreThanASliceHoldsIsWrittenWhole) {
  Answer answer = MakeAnswer(2000, "");
  for (Outcome& outcome : answer.outcomes) {
    outcome.response = Buffer({std::string(1000, 'x'), "y"});
  }
  EXPECT_GT(SlicesOf(ToWire(answer)).size(), 10u);
  EXPECT_EQ(ParsedWire(answer).SerializeAsString(), Response(answer).SerializeAsString());
}

std::unique_ptr<ReplyList> Replies(const std::vector<grpc::ByteBuffer>& messages) {
  auto replies = std::make_unique<ReplyList>();
  for (grpc::ByteBuffer message : messages) replies->Add(&message);
  return replies;
}

TEST(AnswerWriterTest, TheMessagesOfAStreamStandInOrder) {
  Answer answer = MakeAnswer(3, "");
  answer.outcomes[0].responses = Replies({Buffer({"one"}), Buffer({""}), Buffer({"th", "ree"})});
  answer.outcomes[1].responses = Replies({});
  answer.outcomes[2].response = Buffer({"unary"});
  const v1::GatherResponse response = ParsedWire(answer);
  ASSERT_EQ(response.outcomes(0).responses_size(), 3);
  EXPECT_EQ(response.outcomes(0).responses(0), "one");
  EXPECT_EQ(response.outcomes(0).responses(1), "");
  EXPECT_EQ(response.outcomes(0).responses(2), "three");
  EXPECT_EQ(response.outcomes(0).response(), "");
  EXPECT_EQ(response.outcomes(1).disposition(), v1::DISPOSITION_SUCCEEDED);
  EXPECT_EQ(response.outcomes(1).responses_size(), 0);
  EXPECT_EQ(response.outcomes(2).response(), "unary");
}

TEST(AnswerWriterTest, LargeMessagesOfAStreamAreNotCopied) {
  Answer answer = MakeAnswer(1, "");
  const grpc::Slice payload(std::string(1024, 'x'));
  answer.outcomes[0].responses = Replies({Buffer({"small"}), grpc::ByteBuffer(&payload, 1)});
  const grpc::ByteBuffer wire = ToWire(answer);
  bool found = false;
  for (const grpc::Slice& slice : SlicesOf(wire)) found |= slice.begin() == payload.begin();
  EXPECT_TRUE(found);
}

// A random payload: none, empty, around the bound between copy and reference, huge, in slices.
grpc::ByteBuffer RandomPayload(std::mt19937* random) {
  static constexpr std::size_t kSizes[] = {0, 1, 127, 128, 1023, 1024, 1025, 16'384, 300'000};
  if ((*random)() % 8 == 0) return grpc::ByteBuffer();
  std::vector<std::string> parts(1 + (*random)() % 3);
  for (std::string& part : parts) {
    part.assign(kSizes[(*random)() % std::size(kSizes)], static_cast<char>((*random)()));
  }
  return Buffer(parts);
}

void RandomOutcome(std::mt19937* random, std::uint32_t index, Answer* answer) {
  Outcome& outcome = answer->outcomes[index];
  if ((*random)() % 3 == 0) Fail(answer, index, 1 + (*random)() % 16, absl::StrCat("m", index));
  if ((*random)() % 3 == 0) outcome.caused_by = (*random)() % 3;
  if ((*random)() % 3 == 0) outcome.trailers = {{"k", "v"}, {"b-bin", std::string("\0\xff", 2)}};
  outcome.cause = static_cast<v1::Cause>((*random)() % 10);
  outcome.from_fallback = (*random)() % 2 == 0;
  outcome.timing.started = std::chrono::nanoseconds((*random)() % 3 * 1'000'000'007);
  outcome.timing.attempts = (*random)() % 2;
  outcome.timing.peer = (*random)() % 2 == 0 ? "" : "ipv4:127.0.0.1:1";
  if ((*random)() % 3 == 0) {
    std::vector<grpc::ByteBuffer> messages((*random)() % 4);
    for (grpc::ByteBuffer& message : messages) message = RandomPayload(random);
    outcome.responses = Replies(messages);
  } else {
    outcome.response = RandomPayload(random);
  }
}

TEST(AnswerWriterTest, TheWireEqualsTheMessageOnRandomAnswers) {
  std::mt19937 random(20240607);
  for (int round = 0; round < 200; ++round) {
    const std::size_t calls = random() % 12;
    Answer answer = MakeAnswer(calls, "");
    for (std::uint32_t i = 0; i < calls; ++i) RandomOutcome(&random, i, &answer);
    if (random() % 2 == 0) Decide(&answer, v1::VERDICT_SATISFIED, 0);
    if (random() % 4 == 0) answer.plan.request->set_validate_only(true);
    ASSERT_EQ(ParsedWire(answer).SerializeAsString(), Response(answer).SerializeAsString());
  }
}

// semantics 38
TEST(AnswerWriterTest, AnEventHoldsTheOutcomeWithItsIndexAndId) {
  Answer answer = MakeAnswer(1, "");
  answer.outcomes[0].response = Buffer({"hel", "lo"});
  v1::TaskGroupResponse event;
  ASSERT_TRUE(event.ParseFromString(BytesOf(
      ToEvent(v1::TaskGroupResponse::kOutcomeFieldNumber, answer.outcomes[0], 70'000, "seven"))));
  EXPECT_EQ(event.outcome().index(), 70'000u);
  EXPECT_EQ(event.outcome().id(), "seven");
  EXPECT_EQ(event.outcome().response(), "hello");
}

TEST(AnswerWriterTest, AnEventEqualsTheMessageOnRandomOutcomes) {
  std::mt19937 random(20241113);
  for (int round = 0; round < 200; ++round) {
    Answer answer = MakeAnswer(1, "");
    RandomOutcome(&random, 0, &answer);
    v1::GatherEvent expected;
    ToMessage(answer.outcomes[0], round, "x", expected.mutable_outcome());
    v1::GatherEvent event;
    ASSERT_TRUE(event.ParseFromString(
        BytesOf(ToEvent(v1::GatherEvent::kOutcomeFieldNumber, answer.outcomes[0], round, "x"))));
    ASSERT_EQ(event.SerializeAsString(), expected.SerializeAsString());
  }
}

TEST(AnswerWriterTest, ALargeReplyIsNotCopiedIntoItsEvent) {
  Answer answer = MakeAnswer(1, "");
  const grpc::Slice payload(std::string(1024, 'x'));
  answer.outcomes[0].response = grpc::ByteBuffer(&payload, 1);
  const grpc::ByteBuffer event =
      ToEvent(v1::GatherEvent::kOutcomeFieldNumber, answer.outcomes[0], 0, "0");
  EXPECT_EQ(SlicesOf(event).back().begin(), payload.begin());
}

}  // namespace
}  // namespace gather::engine
