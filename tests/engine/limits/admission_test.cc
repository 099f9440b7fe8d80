#include "engine/limits/admission.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>

#include "gtest/gtest.h"

namespace gather::engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Time kNow{seconds(100)};

class AdmissionTest : public ::testing::Test {
 protected:
  std::uint64_t resident_ = 0;
  MemoryGauge gauge_{[this] { return resident_; }, [] {}};
  Admission admission_{{}, &gauge_};
};

TEST_F(AdmissionTest, WithoutBoundsEverythingIsTakenOn) {
  EXPECT_EQ(admission_.Check(kNow), std::nullopt);
  EXPECT_EQ(admission_.Enter(1'000'000, kNow), std::nullopt);
  EXPECT_EQ(admission_.snapshot().gathers, 1u);
  EXPECT_EQ(admission_.snapshot().sub_calls, 1'000'000u);
}

TEST_F(AdmissionTest, OneGatherMoreThanTheBoundIsRefusedUntilOneEnds) {
  admission_.Configure({.max_gathers = 2});
  EXPECT_FALSE(admission_.Enter(5, kNow));
  EXPECT_FALSE(admission_.Enter(5, kNow));
  const std::optional<Overload> full = admission_.Check(kNow);
  ASSERT_TRUE(full);
  EXPECT_EQ(full->kind, Overload::Kind::kGathers);
  EXPECT_EQ(full->present, 2u);
  EXPECT_EQ(full->limit, 2u);
  EXPECT_TRUE(admission_.Enter(5, kNow));
  EXPECT_EQ(admission_.snapshot().sub_calls, 10u) << "what is refused leaves nothing behind";
  admission_.EndGather();
  EXPECT_FALSE(admission_.Check(kNow));
  EXPECT_FALSE(admission_.Enter(5, kNow));
}

TEST_F(AdmissionTest, MoreSubCallsThanTheBoundAreRefused) {
  admission_.Configure({.max_sub_calls = 10});
  EXPECT_FALSE(admission_.Enter(8, kNow));
  EXPECT_FALSE(admission_.Check(kNow));
  EXPECT_TRUE(admission_.Enter(3, kNow));
  EXPECT_FALSE(admission_.Enter(2, kNow));
  EXPECT_TRUE(admission_.Check(kNow));
  EXPECT_TRUE(admission_.AddCall(kNow));
  admission_.EndCalls(1);
  EXPECT_FALSE(admission_.AddCall(kNow));
  EXPECT_EQ(admission_.snapshot().gathers, 2u);
  EXPECT_EQ(admission_.snapshot().sub_calls, 10u);
}

TEST_F(AdmissionTest, MemoryAboveTheMarkRefusesWhateverIsNew) {
  admission_.Configure({.max_memory_bytes = 100});
  EXPECT_FALSE(admission_.Enter(1, kNow));
  resident_ = 101;
  const Time later = kNow + seconds(1);
  EXPECT_EQ(admission_.Check(later)->kind, Overload::Kind::kMemory);
  EXPECT_TRUE(admission_.Enter(1, later));
  EXPECT_TRUE(admission_.AddCall(later));
  resident_ = 100;
  EXPECT_FALSE(admission_.Check(later + seconds(1)));
}

TEST_F(AdmissionTest, DryRunOnlyCounts) {
  admission_.Configure({.max_gathers = 1, .max_sub_calls = 1, .dry_run = true});
  EXPECT_FALSE(admission_.Enter(1, kNow));
  EXPECT_FALSE(admission_.Check(kNow));
  EXPECT_FALSE(admission_.Enter(1, kNow));
  EXPECT_EQ(admission_.snapshot().gathers, 2u);
  EXPECT_EQ(admission_.snapshot().refused, 0u);
  EXPECT_EQ(admission_.snapshot().would_refuse, 2u) << "a gather and a sub-call too many";
}

TEST_F(AdmissionTest, ThoseRefusedAreNotAskedBackAtTheSameTime) {
  admission_.Configure({.max_gathers = 1});
  admission_.Enter(1, kNow);
  std::set<Duration> times;
  for (int i = 0; i < 100; ++i) times.insert(admission_.Check(kNow)->retry_after);
  EXPECT_EQ(times.size(), 100u);
  EXPECT_GE(*times.begin(), milliseconds(500));
  EXPECT_LE(*times.rbegin(), milliseconds(1500));
}

}  // namespace
}  // namespace gather::engine
