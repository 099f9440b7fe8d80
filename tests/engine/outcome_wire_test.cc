#include "engine/outcome_wire.h"

#include <chrono>
#include <cstdint>
#include <iterator>
#include <memory>
#include <random>
#include <string>

#include "engine/outcome.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

using std::chrono::nanoseconds;

class OutcomeWireTest : public ::testing::Test {
 protected:
  // Texts whose lengths, and those of the messages around them, take one, two and three bytes.
  std::string Text() {
    constexpr int kSizes[] = {0, 1, 20, 110, 125, 127, 128, 130, 16'383, 16'400};
    return std::string(kSizes[random_() % std::size(kSizes)],
                       static_cast<char>('a' + random_() % 26));
  }

  std::uint32_t Number() {
    constexpr std::uint32_t kNumbers[] = {0, 1, 127, 128, 99'999, 0xffff'ffff};
    return kNumbers[random_() % std::size(kNumbers)];
  }

  nanoseconds Length() {
    constexpr std::int64_t kLengths[] = {
        0, 1, 127, 999'999'999, 1'000'000'000, 3'600'000'000'007, -1, -1'500'000'000};
    return nanoseconds(kLengths[random_() % std::size(kLengths)]);
  }

  bool Coin() { return random_() % 2 == 0; }

  Outcome Draw() {
    Outcome outcome;
    outcome.disposition = static_cast<v1::Disposition>(random_() % (v1::Disposition_MAX + 1));
    outcome.cause = static_cast<v1::Cause>(random_() % (v1::Cause_MAX + 1));
    outcome.origin = static_cast<v1::Origin>(random_() % (v1::Origin_MAX + 1));
    outcome.delivery = static_cast<v1::Delivery>(random_() % (v1::Delivery_MAX + 1));
    outcome.from_fallback = Coin();
    if (Coin()) outcome.caused_by = Number();
    if (Coin()) {
      outcome.status = std::make_unique<v1::Status>();
      outcome.status->set_code(static_cast<int>(Number()));
      outcome.status->set_message(Text());
      if (Coin()) outcome.status->add_details()->set_value(Text());
    }
    outcome.timing = {Length(), Length(), Length(), Number(), Number(), Text()};
    for (int i = random_() % 3; i > 0; --i) outcome.trailers.emplace_back(Text(), Text());
    return outcome;
  }

  std::mt19937 random_{20261123};
};

std::string ByProtobuf(const Outcome& outcome, std::uint32_t index, const std::string& id) {
  v1::Outcome message;
  ToProto(outcome, index, id, &message);
  return message.SerializeAsString();
}

TEST_F(OutcomeWireTest, WritesWhatProtobufWrites) {
  for (int round = 0; round < 20'000; ++round) {
    const Outcome outcome = Draw();
    const std::uint32_t index = Number();
    const std::string id = Text();
    std::string bytes;
    AppendOutcome(outcome, index, id, &bytes);
    ASSERT_EQ(bytes, ByProtobuf(outcome, index, id)) << "round " << round;
  }
}

TEST_F(OutcomeWireTest, AppendsToWhatIsThere) {
  Outcome outcome;
  outcome.disposition = v1::DISPOSITION_SUCCEEDED;
  std::string bytes = "before";
  AppendOutcome(outcome, 7, "id", &bytes);
  EXPECT_EQ(bytes, "before" + ByProtobuf(outcome, 7, "id"));
}

// A new field of the message must be written here, too.
TEST_F(OutcomeWireTest, EveryFieldIsKnown) {
  EXPECT_EQ(v1::Outcome::descriptor()->field_count(), 13);
  EXPECT_EQ(v1::Timing::descriptor()->field_count(), 6);
  EXPECT_EQ(v1::Metadata::descriptor()->field_count(), 2);
}

}  // namespace
}  // namespace gather::engine
