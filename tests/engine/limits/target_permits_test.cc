#include "engine/limits/target_permits.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "engine/limits/permit_waiter.h"
#include "engine/limits/target_limits.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = TargetPermits::CallEnd::Kind;

constexpr Time kStart{seconds(100)};

// Counts how often it was told.
struct Ear final : PermitWaiter {
  void OnPermits() override { ++told; }
  std::atomic<int> told = 0;
};

// One gather at the target, that closes its claim at its end.
class Gather {
 public:
  explicit Gather(TargetPermits* permits, const char* principal = "a") : permits_(permits) {
    permits->Open(&claim_, principal, 1, ear_);
  }
  ~Gather() {
    permits_->Ask(&claim_, 0, 0);
    Release(held_);
    permits_->Close(&claim_);
  }

  TargetPermits::Turn Ask(std::uint32_t wanted, std::uint32_t most = 1000) {
    const TargetPermits::Turn turn = permits_->Ask(&claim_, wanted, most);
    held_ += turn.granted;
    return turn;
  }

  void Release(std::uint32_t count, Kind kind = Kind::kAnswered, Duration took = milliseconds(10)) {
    for (; count > 0; --count, --held_) {
      permits_->Release(&claim_, {kind, kStart, kStart + took});
    }
  }

  void Return(std::uint32_t count) {
    permits_->Return(&claim_, count);
    held_ -= count;
  }

  int told() const { return ear_->told; }
  bool has_news() const { return claim_.has_news(); }
  std::uint32_t held() const { return held_; }

 private:
  TargetPermits* const permits_;
  std::shared_ptr<Ear> ear_ = std::make_shared<Ear>();
  TargetPermits::Claim claim_;
  std::uint32_t held_ = 0;
};

// semantics 57
TEST(TargetPermitsTest, GrantsUpToTheLimitAndTellsWhoWaits) {
  TargetPermits permits({.max_in_flight = 3});
  Gather gather(&permits);
  EXPECT_EQ(gather.Ask(5).granted, 3u);
  EXPECT_EQ(permits.snapshot().waiting, 2u);
  EXPECT_FALSE(gather.has_news());
  gather.Release(1);
  EXPECT_TRUE(gather.has_news());
  EXPECT_EQ(gather.told(), 1);
  const TargetPermits::Turn turn = gather.Ask(2);
  EXPECT_EQ(turn.granted, 1u);
  EXPECT_EQ(turn.waited, 1u);
}

TEST(TargetPermitsTest, GrantsNoMoreAtOnceThanAskedFor) {
  TargetPermits permits({.max_in_flight = 100});
  Gather gather(&permits);
  TargetPermits::Turn turn = gather.Ask(50, 32);
  EXPECT_EQ(turn.granted, 32u);
  EXPECT_TRUE(turn.more);
  turn = gather.Ask(18, 32);
  EXPECT_EQ(turn.granted, 18u);
  EXPECT_FALSE(turn.more);
}

// semantics 58
TEST(TargetPermitsTest, APermitGrantedToOneThatNoLongerWantsItGoesToTheNext) {
  TargetPermits permits({.max_in_flight = 1});
  Gather first(&permits);
  Gather second(&permits);
  Gather third(&permits);
  first.Ask(1);
  second.Ask(1);
  third.Ask(1);
  first.Release(1);
  EXPECT_TRUE(second.has_news());
  EXPECT_FALSE(third.has_news());
  EXPECT_EQ(second.Ask(0).granted, 0u);
  EXPECT_TRUE(third.has_news());
  EXPECT_EQ(third.Ask(1).granted, 1u);
}

TEST(TargetPermitsTest, APermitGivenBackUnusedGoesToTheNext) {
  TargetPermits permits({.max_in_flight = 1});
  Gather first(&permits);
  Gather second(&permits);
  first.Ask(1);
  second.Ask(1);
  first.Return(1);
  EXPECT_EQ(second.Ask(1).granted, 1u);
}

TEST(TargetPermitsTest, OneMoreThanMayWaitIsRefused) {
  TargetPermits permits({.max_in_flight = 2, .max_queued = 3});
  Gather gather(&permits);
  const TargetPermits::Turn turn = gather.Ask(7);
  EXPECT_EQ(turn.granted, 2u);
  EXPECT_EQ(turn.refused, 2u);
  EXPECT_EQ(permits.snapshot().waiting, 3u);
  EXPECT_EQ(permits.snapshot().refused, 2u);
}

TEST(TargetPermitsTest, AHundredForEachPermitMayWaitUnlessSaid) {
  TargetPermits permits({.max_in_flight = 2});
  Gather gather(&permits);
  EXPECT_EQ(gather.Ask(1000).refused, 1000u - 2 - 200);
}

TEST(TargetPermitsTest, WhoFillsTheQueueMakesRoomForAnother) {
  TargetPermits permits({.max_in_flight = 1, .max_queued = 10});
  Gather big(&permits, "a");
  Gather small(&permits, "b");
  big.Ask(11);
  EXPECT_EQ(small.Ask(2).refused, 0u);
  EXPECT_EQ(permits.snapshot().waiting, 10u);
  EXPECT_EQ(big.told(), 1);
  EXPECT_EQ(big.Ask(10).refused, 2u);
  EXPECT_EQ(permits.snapshot().waiting, 10u);
}

TEST(TargetPermitsTest, DryRunHoldsNobodyBackAndCounts) {
  TargetPermits permits({.max_in_flight = 2, .max_queued = 3, .dry_run = true});
  Gather gather(&permits);
  EXPECT_EQ(gather.Ask(7).granted, 7u);
  EXPECT_EQ(gather.Ask(1).granted, 1u);
  const TargetPermits::Snapshot counted = permits.snapshot();
  EXPECT_EQ(counted.would_wait, 3u);
  EXPECT_EQ(counted.would_refuse, 3u);
  EXPECT_EQ(counted.refused, 0u);
  EXPECT_EQ(counted.permits, 2u);
}

TEST(TargetPermitsTest, MorePermitsReachThoseWhoWaitAtOnce) {
  TargetPermits permits({.max_in_flight = 1});
  Gather gather(&permits);
  gather.Ask(5);
  permits.Configure({.max_in_flight = 3});
  EXPECT_TRUE(gather.has_news());
  EXPECT_EQ(gather.Ask(4).granted, 2u);
  permits.Configure({.max_in_flight = 3, .dry_run = true});
  EXPECT_EQ(gather.Ask(2).granted, 2u);
}

TEST(TargetPermitsTest, AnAdaptiveLimitShrinksWithTimeouts) {
  TargetPermits permits({.max_in_flight = 100, .adaptive = TargetLimits::Adaptive{4, 32}});
  Gather gather(&permits);
  EXPECT_EQ(gather.Ask(100).granted, 32u);
  gather.Release(32, Kind::kTimedOut);
  EXPECT_EQ(permits.snapshot().permits, 16u);
}

TEST(TargetPermitsTest, WhatWeStoppedOurselvesTeachesNothing) {
  TargetPermits permits({.max_in_flight = 100, .adaptive = TargetLimits::Adaptive{4, 32}});
  Gather gather(&permits);
  gather.Ask(32);
  gather.Release(32, Kind::kStopped);
  EXPECT_EQ(permits.snapshot().permits, 32u);
  EXPECT_EQ(gather.Ask(0).usually_takes, Duration(0));
}

TEST(TargetPermitsTest, CallsThatWereGivenNoTimeDoNotShrinkTheLimit) {
  TargetPermits permits({.max_in_flight = 100, .adaptive = TargetLimits::Adaptive{4, 16}});
  Gather gather(&permits);
  gather.Ask(16);
  gather.Release(16, Kind::kAnswered, milliseconds(40));
  const std::uint32_t before = permits.snapshot().permits;
  gather.Ask(before);
  gather.Release(before, Kind::kTimedOut, milliseconds(1));
  EXPECT_EQ(permits.snapshot().permits, before);
}

TEST(TargetPermitsTest, KnowsWhatCallsUsuallyTake) {
  TargetPermits permits({.max_in_flight = 100});
  Gather gather(&permits);
  gather.Ask(100);
  gather.Release(50, Kind::kAnswered, milliseconds(40));
  const Duration usually = gather.Ask(0).usually_takes;
  EXPECT_LE(usually, milliseconds(40));
  EXPECT_GE(usually, milliseconds(35));
}

// semantics 57, 58
TEST(TargetPermitsTest, NothingIsLostBetweenThreads) {
  TargetPermits permits({.max_in_flight = 3});
  std::atomic<int> in_flight = 0;
  std::atomic<int> done = 0;
  const auto work = [&](int seed) {
    Gather gather(&permits, seed % 2 == 0 ? "a" : "b");
    std::uint32_t left = 2000;
    while (left > 0) {
      const std::uint32_t granted = gather.Ask(left, 1 + left % 3).granted;
      EXPECT_LE(in_flight += static_cast<int>(granted), 3);
      left -= granted;
      done += static_cast<int>(granted);
      in_flight -= static_cast<int>(granted);
      gather.Release(granted);
      if (left % 7 == 0) gather.Ask(0);
    }
  };
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int seed = 0; seed < 4; ++seed) threads.emplace_back(work, seed);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 8000);
  EXPECT_EQ(permits.snapshot().held, 0u);
  EXPECT_EQ(permits.snapshot().waiting, 0u);
}

}  // namespace
}  // namespace gather::engine
