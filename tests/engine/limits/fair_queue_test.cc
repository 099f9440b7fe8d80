#include "engine/limits/fair_queue.h"

#include <array>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

using Claim = FairQueue::Claim;

// Grants whatever can be granted, and says to whom.
std::vector<Claim*> GrantAll(FairQueue* queue) {
  std::vector<Claim*> granted;
  while (Claim* const next = queue->Grant()) granted.push_back(next);
  return granted;
}

// One claim gives one back, and the next in turn has it.
Claim* Pass(FairQueue* queue, Claim* from) {
  queue->Release(from);
  return queue->Grant();
}

void CloseAll(FairQueue* queue, const std::vector<Claim*>& claims) {
  for (Claim* claim : claims) {
    queue->Leave(claim, claim->waiting());
    while (claim->held() > 0) queue->Release(claim);
    queue->Close(claim);
  }
  EXPECT_EQ(queue->held(), 0u);
  EXPECT_EQ(queue->waiting(), 0u);
  EXPECT_EQ(queue->principals(), 0u);
}

// semantics 57
TEST(FairQueueTest, GrantsAsManyAsThereAre) {
  FairQueue queue;
  queue.SetPermits(2);
  Claim claim;
  queue.Open(&claim, "a", 1);
  queue.Wait(&claim, 3);
  EXPECT_EQ(GrantAll(&queue).size(), 2u);
  EXPECT_EQ(claim.held(), 2u);
  EXPECT_EQ(claim.waiting(), 1u);
  EXPECT_EQ(Pass(&queue, &claim), &claim);
  EXPECT_EQ(queue.Grant(), nullptr);
  CloseAll(&queue, {&claim});
}

TEST(FairQueueTest, AGatherOfFiveIsNotHeldUpByOneOfTenThousand) {
  FairQueue queue;
  queue.SetPermits(100);
  Claim big;
  Claim small;
  queue.Open(&big, "a", 1);
  queue.Open(&small, "a", 1);
  queue.Wait(&big, 10'000);
  GrantAll(&queue);
  queue.Wait(&small, 5);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Pass(&queue, &big), &small);
  EXPECT_EQ(Pass(&queue, &big), &big);
  CloseAll(&queue, {&big, &small});
}

TEST(FairQueueTest, ManyGathersOfOnePrincipalTakeNothingFromAnother) {
  FairQueue queue;
  queue.SetPermits(10);
  std::array<Claim, 20> many;
  Claim one;
  for (Claim& claim : many) {
    queue.Open(&claim, "a", 1);
    queue.Wait(&claim, 100);
  }
  queue.Open(&one, "b", 1);
  queue.Wait(&one, 100);
  GrantAll(&queue);
  EXPECT_EQ(one.held(), 5u);
  std::vector<Claim*> all = {&one};
  for (Claim& claim : many) all.push_back(&claim);
  CloseAll(&queue, all);
}

TEST(FairQueueTest, WeightsShareThePermits) {
  FairQueue queue;
  queue.SetPermits(100);
  Claim heavy;
  Claim light;
  queue.Open(&light, "light", 1);
  queue.Open(&heavy, "heavy", 3);
  queue.Wait(&light, 1000);
  queue.Wait(&heavy, 1000);
  GrantAll(&queue);
  EXPECT_EQ(heavy.held(), 75u);
  EXPECT_EQ(light.held(), 25u);
  CloseAll(&queue, {&heavy, &light});
}

TEST(FairQueueTest, WeightsShareASinglePermitOverTime) {
  FairQueue queue;
  queue.SetPermits(1);
  Claim heavy;
  Claim light;
  queue.Open(&light, "light", 1);
  queue.Open(&heavy, "heavy", 3);
  queue.Wait(&light, 1000);
  queue.Wait(&heavy, 1000);
  std::map<Claim*, int> turns;
  Claim* holder = queue.Grant();
  for (int i = 0; i < 400; ++i) ++turns[holder = Pass(&queue, holder)];
  EXPECT_NEAR(turns[&heavy], 300, 2);
  EXPECT_NEAR(turns[&light], 100, 2);
  CloseAll(&queue, {&heavy, &light});
}

// One principal's calls never end: it does not come to hold everything.
TEST(FairQueueTest, SlowCallsHoldNoMoreThanTheirShareWhileOthersWait) {
  FairQueue queue;
  queue.SetPermits(10);
  Claim slow;
  Claim quick;
  queue.Open(&slow, "slow", 1);
  queue.Open(&quick, "quick", 1);
  queue.Wait(&slow, 1000);
  queue.Wait(&quick, 1000);
  GrantAll(&queue);
  for (int i = 0; i < 500; ++i) Pass(&queue, &quick);
  EXPECT_EQ(slow.held(), 5u);
  EXPECT_EQ(quick.held(), 5u);
  CloseAll(&queue, {&slow, &quick});
}

TEST(FairQueueTest, WhatNobodyElseWantsIsAnybodys) {
  FairQueue queue;
  queue.SetPermits(10);
  Claim one;
  Claim idle;
  queue.Open(&one, "a", 1);
  queue.Open(&idle, "b", 1000);
  queue.Wait(&one, 20);
  GrantAll(&queue);
  EXPECT_EQ(one.held(), 10u);
  CloseAll(&queue, {&one, &idle});
}

TEST(FairQueueTest, HavingBeenIdleEarnsNothing) {
  FairQueue queue;
  queue.SetPermits(1);
  Claim busy;
  Claim idle;
  queue.Open(&busy, "busy", 1);
  queue.Open(&idle, "idle", 1);
  queue.Wait(&busy, 2000);
  Claim* holder = queue.Grant();
  for (int i = 0; i < 1000; ++i) holder = Pass(&queue, holder);
  queue.Wait(&idle, 500);
  std::map<Claim*, int> turns;
  for (int i = 0; i < 100; ++i) ++turns[holder = Pass(&queue, holder)];
  EXPECT_NEAR(turns[&idle], 50, 1);
  CloseAll(&queue, {&busy, &idle});
}

TEST(FairQueueTest, FewerPermitsThanAreHeldGrantNothingUntilEnoughAreBack) {
  FairQueue queue;
  queue.SetPermits(3);
  Claim claim;
  queue.Open(&claim, "a", 1);
  queue.Wait(&claim, 5);
  GrantAll(&queue);
  queue.SetPermits(1);
  EXPECT_EQ(Pass(&queue, &claim), nullptr);
  EXPECT_EQ(Pass(&queue, &claim), nullptr);
  EXPECT_EQ(Pass(&queue, &claim), &claim);
  CloseAll(&queue, {&claim});
}

TEST(FairQueueTest, UnfairMeansInTheOrderOfArrival) {
  FairQueue queue;
  queue.SetPermits(1);
  queue.SetUnfair(true);
  Claim big;
  Claim small;
  queue.Open(&big, "a", 1);
  queue.Open(&small, "b", 1000);
  queue.Wait(&big, 3);
  queue.Wait(&small, 2);
  queue.Wait(&big, 1);
  std::vector<Claim*> order = {queue.Grant()};
  for (int i = 0; i < 5; ++i) order.push_back(Pass(&queue, order.back()));
  EXPECT_EQ(order, (std::vector<Claim*>{&big, &big, &big, &small, &small, &big}));
  CloseAll(&queue, {&big, &small});
}

TEST(FairQueueTest, WhoLeavesAnUnfairQueueHoldsUpNobody) {
  FairQueue queue;
  queue.SetPermits(1);
  queue.SetUnfair(true);
  Claim first;
  Claim second;
  queue.Open(&first, "a", 1);
  queue.Open(&second, "b", 1);
  queue.Wait(&first, 3);
  queue.Wait(&second, 2);
  queue.Leave(&first, 3);
  EXPECT_EQ(queue.Grant(), &second);
  queue.SetUnfair(false);
  EXPECT_EQ(Pass(&queue, &second), &second);
  CloseAll(&queue, {&first, &second});
}

TEST(FairQueueTest, TheLongerQueueMakesRoom) {
  FairQueue queue;
  Claim big;
  Claim small;
  Claim other;
  queue.Open(&big, "a", 1);
  queue.Open(&small, "a", 1);
  queue.Open(&other, "b", 1);
  queue.Wait(&big, 10);
  EXPECT_EQ(queue.PushOutFor(big), nullptr);
  EXPECT_EQ(queue.PushOutFor(small), &big);
  queue.Wait(&small, 1);
  EXPECT_EQ(queue.PushOutFor(other), &big);
  queue.Wait(&other, 1);
  EXPECT_EQ(big.waiting(), 8u);
  EXPECT_EQ(queue.waiting(), 10u);
  CloseAll(&queue, {&big, &small, &other});
}

// One who fills the queue with many small claims locks nobody out, whichever of them has gone.
TEST(FairQueueTest, ManySmallClaimsOfOneMakeRoomForAnother) {
  FairQueue queue;
  queue.SetPermits(1);
  std::array<Claim, 10> many;
  for (Claim& claim : many) {
    queue.Open(&claim, "a", 1);
    queue.Wait(&claim, 1);
  }
  EXPECT_EQ(queue.Grant(), &many[0]);
  Claim other;
  queue.Open(&other, "b", 1);
  queue.Wait(&other, 1);
  for (int i = 0; i < 3; ++i) {
    Claim* const victim = queue.PushOutFor(other);
    ASSERT_NE(victim, nullptr) << "a has " << 9 - i << " waiting, b " << 1 + i;
    EXPECT_NE(victim, &other);
    queue.Wait(&other, 1);
  }
  EXPECT_EQ(other.waiting(), 4u);
  std::vector<Claim*> all = {&other};
  for (Claim& claim : many) all.push_back(&claim);
  CloseAll(&queue, all);
}

TEST(FairQueueTest, NobodyPushesOutOneWhoHasLess) {
  FairQueue queue;
  Claim heavy;
  Claim light;
  queue.Open(&heavy, "heavy", 10);
  queue.Open(&light, "light", 1);
  queue.Wait(&heavy, 10);
  queue.Wait(&light, 2);
  EXPECT_EQ(queue.PushOutFor(light), nullptr);
  EXPECT_EQ(queue.PushOutFor(heavy), &light);
  CloseAll(&queue, {&heavy, &light});
}

// Whatever is done in whatever order: never more is held than there is, nothing that could be
// granted is not, and nothing is lost.
TEST(FairQueueTest, NothingIsLostInRandomSchedules) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    FairQueue queue;
    queue.SetUnfair(seed % 4 == 0);
    queue.SetPermits(1 + random() % 8);
    std::array<Claim, 6> claims;
    std::array<std::uint64_t, 6> expected{};
    for (std::size_t i = 0; i < claims.size(); ++i) {
      queue.Open(&claims[i], absl::StrCat("p", i % 3), 1 + i % 3);
    }
    for (int step = 0; step < 300; ++step) {
      const std::size_t i = random() % claims.size();
      Claim* const claim = &claims[i];
      switch (random() % 5) {
        case 0:
        case 1: {
          const std::uint32_t count = random() % 4;
          queue.Wait(claim, count);
          expected[i] += count;
          break;
        }
        case 2: {
          const std::uint32_t count = claim->waiting() == 0 ? 0 : random() % claim->waiting();
          queue.Leave(claim, count);
          expected[i] -= count;
          break;
        }
        case 3:
          if (Claim* const victim = queue.PushOutFor(*claim)) --expected[victim - claims.data()];
          break;
        default:
          if (claim->held() == 0) break;
          queue.Release(claim);
          --expected[i];
      }
      GrantAll(&queue);
      ASSERT_LE(queue.held(), queue.permits());
      ASSERT_TRUE(queue.held() == queue.permits() || queue.waiting() == 0);
      for (std::size_t k = 0; k < claims.size(); ++k) {
        ASSERT_EQ(claims[k].held() + claims[k].waiting(), expected[k]) << "seed " << seed;
      }
    }
    CloseAll(&queue, {&claims[0], &claims[1], &claims[2], &claims[3], &claims[4], &claims[5]});
  }
}

}  // namespace
}  // namespace gather::engine
