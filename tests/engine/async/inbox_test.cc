#include "engine/async/inbox.h"

#include <atomic>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace gather::engine {
namespace {

TEST(InboxTest, GivesMessagesInTheOrderOfTheirPosting) {
  Inbox inbox;
  std::vector<int> seen;
  inbox.Post([&] { seen.push_back(1); });
  inbox.Post([&] { seen.push_back(2); });
  for (const Inbox::Message& message : inbox.Take()) message();
  EXPECT_EQ(seen, (std::vector<int>{1, 2}));
  EXPECT_TRUE(inbox.Take().empty());
}

TEST(InboxTest, OnlyTheFirstMessageAsksForAWakeUp) {
  Inbox inbox;
  EXPECT_EQ(inbox.Post([] {}), Inbox::Posted::kFirst);
  EXPECT_EQ(inbox.Post([] {}), Inbox::Posted::kQueued);
  inbox.Take();
  EXPECT_EQ(inbox.Post([] {}), Inbox::Posted::kFirst);
}

TEST(InboxTest, ClosedTakesNothingInButGivesWhatItHas) {
  Inbox inbox;
  inbox.Post([] {});
  inbox.Close();
  EXPECT_EQ(inbox.Post([] {}), Inbox::Posted::kClosed);
  EXPECT_EQ(inbox.Take().size(), 1u);
  EXPECT_EQ(inbox.Post([] {}), Inbox::Posted::kClosed);
}

TEST(InboxTest, ManyThreadsPostAndNothingIsLost) {
  constexpr int kThreads = 4;
  constexpr int kMessages = 1000;
  Inbox inbox;
  std::atomic<int> wake_ups{0};
  std::vector<int> next(kThreads, 0);
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int message = 0; message < kMessages; ++message) {
        const Inbox::Posted posted = inbox.Post([&next, thread, message] {
          EXPECT_EQ(next[thread], message);
          next[thread] = message + 1;
        });
        if (posted == Inbox::Posted::kFirst) ++wake_ups;
      }
    });
  }
  int taken = 0;
  int batches = 0;
  while (taken < kThreads * kMessages) {
    const std::vector<Inbox::Message> batch = inbox.Take();
    if (batch.empty()) continue;
    ++batches;
    taken += static_cast<int>(batch.size());
    for (const Inbox::Message& message : batch) message();
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(next, std::vector<int>(kThreads, kMessages));
  EXPECT_EQ(wake_ups, batches);
}

}  // namespace
}  // namespace gather::engine
