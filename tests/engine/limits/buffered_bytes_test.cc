#include "engine/limits/buffered_bytes.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "engine/limits/permit_waiter.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

struct Ear final : PermitWaiter {
  void OnPermits() override {
    ++told;
    told.notify_all();
  }
  std::atomic<int> told = 0;
};

class BufferedBytesTest : public ::testing::Test {
 protected:
  void Limit(const BufferLimits& limits) { all_->Configure(limits); }

  std::shared_ptr<BufferedBytes> all_ = std::make_shared<BufferedBytes>(BufferLimits{});
  std::shared_ptr<Ear> ear_ = std::make_shared<Ear>();
  std::shared_ptr<Ear> other_ear_ = std::make_shared<Ear>();
};

TEST_F(BufferedBytesTest, WhatFitsIsReservedAndCorrectedWhenItIsIn) {
  Limit({.max_bytes = 100});
  ReplyRoom room(all_, ear_);
  EXPECT_TRUE(room.Reserve(60, true));
  EXPECT_FALSE(room.Reserve(60, false));
  room.Keep(10);
  room.Release(60);
  EXPECT_TRUE(room.Reserve(60, false));
  EXPECT_EQ(all_->snapshot().bytes, 70u);
  EXPECT_EQ(all_->snapshot().had_to_wait, 1u);
}

TEST_F(BufferedBytesTest, AReplyThatIsLargerThanExpectedIsKept) {
  Limit({.max_bytes = 100});
  ReplyRoom room(all_, ear_);
  EXPECT_TRUE(room.Reserve(10, true));
  room.Keep(200);
  room.Release(10);
  EXPECT_EQ(all_->snapshot().bytes, 200u);
}

TEST_F(BufferedBytesTest, AGatherHasABoundOfItsOwn) {
  Limit({.max_bytes_per_gather = 50});
  ReplyRoom one(all_, ear_);
  ReplyRoom other(all_, other_ear_);
  EXPECT_TRUE(one.Reserve(40, true));
  EXPECT_FALSE(one.Reserve(40, false));
  EXPECT_TRUE(other.Reserve(40, true));
}

TEST_F(BufferedBytesTest, AGatherThatKeepsItsFillGoesOnOneByOne) {
  Limit({.max_bytes_per_gather = 50});
  ReplyRoom room(all_, ear_);
  room.Reserve(50, true);
  room.Keep(50);
  room.Release(50);
  EXPECT_TRUE(room.Reserve(40, true));
  EXPECT_FALSE(room.Reserve(40, false));
}

TEST_F(BufferedBytesTest, WhoWaitsIsToldWhenThereIsRoom) {
  Limit({.max_bytes = 100});
  ReplyRoom one(all_, ear_);
  ReplyRoom other(all_, other_ear_);
  EXPECT_TRUE(one.Reserve(90, true));
  EXPECT_TRUE(other.Reserve(5, true));
  EXPECT_FALSE(other.Reserve(20, false));
  EXPECT_FALSE(other.Reserve(20, false));
  EXPECT_EQ(other_ear_->told, 0);
  one.Release(90);
  EXPECT_EQ(other_ear_->told, 1);
  EXPECT_TRUE(other.Reserve(20, false));
}

TEST_F(BufferedBytesTest, WhoFindsRoomTellsTheNext) {
  Limit({.max_bytes = 100});
  std::optional<ReplyRoom> full;
  full.emplace(all_, std::make_shared<Ear>());
  EXPECT_TRUE(full->Reserve(100, true));
  ReplyRoom one(all_, ear_);
  ReplyRoom other(all_, other_ear_);
  EXPECT_FALSE(one.Reserve(10, false));
  EXPECT_FALSE(other.Reserve(10, false));
  full.reset();
  EXPECT_EQ(ear_->told, 1);
  EXPECT_TRUE(one.Reserve(10, false));
  EXPECT_EQ(other_ear_->told, 1);
}

TEST_F(BufferedBytesTest, WhoIsToldAndEndsInsteadTellsTheNext) {
  Limit({.max_bytes = 100});
  ReplyRoom full(all_, std::make_shared<Ear>());
  EXPECT_TRUE(full.Reserve(100, true));
  std::optional<ReplyRoom> one;
  one.emplace(all_, ear_);
  ReplyRoom other(all_, other_ear_);
  EXPECT_FALSE(one->Reserve(10, false));
  EXPECT_FALSE(other.Reserve(10, false));
  full.Release(50);
  EXPECT_EQ(ear_->told, 1);
  one.reset();
  EXPECT_EQ(other_ear_->told, 1);
}

TEST_F(BufferedBytesTest, WhoIsToldAndDoesNotAskTellsTheNextOnce) {
  Limit({.max_bytes = 100});
  ReplyRoom full(all_, std::make_shared<Ear>());
  EXPECT_TRUE(full.Reserve(100, true));
  ReplyRoom one(all_, ear_);
  ReplyRoom other(all_, other_ear_);
  EXPECT_FALSE(one.Reserve(10, false));
  EXPECT_FALSE(other.Reserve(10, false));
  one.PassOn();
  EXPECT_EQ(other_ear_->told, 0) << "there is nothing to pass on";
  full.Release(50);
  EXPECT_EQ(ear_->told, 1);
  one.PassOn();
  EXPECT_EQ(other_ear_->told, 1);
  EXPECT_FALSE(other.Reserve(60, false));
  one.PassOn();
  EXPECT_EQ(other_ear_->told, 1);
}

// Everybody keeps what he has until he is answered, and nobody can go on.
TEST_F(BufferedBytesTest, OneOfThoseThatAreStuckMayGoBeyondTheBound) {
  Limit({.max_bytes = 100});
  ReplyRoom one(all_, ear_);
  std::optional<ReplyRoom> other;
  other.emplace(all_, other_ear_);
  one.Reserve(50, true);
  one.Keep(50);
  one.Release(50);
  other->Reserve(50, true);
  other->Keep(50);
  other->Release(50);
  EXPECT_TRUE(other->Reserve(30, true));
  EXPECT_FALSE(one.Reserve(30, true));
  EXPECT_FALSE(other->Reserve(30, false)) << "one sub-call at a time";
  other->Keep(30);
  other->Release(30);
  EXPECT_TRUE(other->Reserve(30, true));
  other->Keep(30);
  other->Release(30);
  HeldBytes held = other->TakeKept();
  EXPECT_EQ(held.bytes(), 110u);
  EXPECT_EQ(ear_->told, 1);
  EXPECT_TRUE(one.Reserve(30, true)) << "now it is its turn";
}

TEST_F(BufferedBytesTest, AnAnswerHoldsItsBytesUntilItIsSent) {
  Limit({.max_bytes = 100});
  HeldBytes held;
  {
    ReplyRoom room(all_, ear_);
    room.Reserve(60, true);
    room.Keep(50);
    room.Release(60);
    held = room.TakeKept();
  }
  EXPECT_EQ(all_->snapshot().bytes, 50u);
  held = HeldBytes();
  EXPECT_EQ(all_->snapshot().bytes, 0u);
}

TEST_F(BufferedBytesTest, WhatIsHeldMayBecomeMoreOrLess) {
  HeldBytes held(all_, 0);
  held.Resize(50);
  EXPECT_EQ(all_->snapshot().bytes, 50u);
  held.Resize(20);
  EXPECT_EQ(all_->snapshot().bytes, 20u);
  HeldBytes nobodys;
  nobodys.Resize(100);
  EXPECT_EQ(all_->snapshot().bytes, 20u);
}

TEST_F(BufferedBytesTest, MessagesOfAStreamAreRefusedWhereThereIsNoRoom) {
  Limit({.max_bytes = 100});
  ReplyRoom room(all_, ear_);
  EXPECT_TRUE(room.TryKeep(60));
  EXPECT_FALSE(room.TryKeep(60));
  room.Drop(60);
  EXPECT_TRUE(room.TryKeep(60));
}

TEST_F(BufferedBytesTest, DryRunOnlyCounts) {
  Limit({.max_bytes_per_gather = 10, .max_bytes = 10, .dry_run = true});
  ReplyRoom room(all_, ear_);
  EXPECT_TRUE(room.Reserve(60, false));
  EXPECT_TRUE(room.TryKeep(60));
  EXPECT_EQ(all_->snapshot().bytes, 120u);
  EXPECT_EQ(all_->snapshot().would_wait, 1u);
}

TEST_F(BufferedBytesTest, NothingIsLostBetweenThreads) {
  Limit({.max_bytes = 100});
  const auto work = [this] {
    for (int gather = 0; gather < 500; ++gather) {
      const auto ear = std::make_shared<Ear>();
      ReplyRoom room(all_, ear);
      for (int call = 0; call < 4; ++call) {
        const int told = ear->told;
        while (!room.Reserve(40, true)) ear->told.wait(told);
        room.Keep(20);
        room.Release(40);
      }
    }
  };
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(all_->snapshot().bytes, 0u);
}

}  // namespace
}  // namespace gather::engine
