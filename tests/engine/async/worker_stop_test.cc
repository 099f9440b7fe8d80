// How a worker ends, and what becomes of messages that other threads post meanwhile.

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/async/alarm.h"
#include "engine/async/event_queue.h"
#include "engine/async/operation.h"
#include "engine/async/worker.h"
#include "gtest/gtest.h"
#include "tests/support/fake_queue.h"

namespace gather::engine {
namespace {

using gather::testing::FakeQueue;

class Step final : public Operation {
 public:
  explicit Step(std::function<void()> on_done) : on_done_(std::move(on_done)) {}
  void OnDone(bool /*ok*/) override { on_done_(); }

 private:
  const std::function<void()> on_done_;
};

class WorkerStopTest : public ::testing::Test {
 protected:
  FakeQueue* const queue_ = new FakeQueue;
  Worker worker_{std::unique_ptr<EventQueue>(queue_)};
};

TEST_F(WorkerStopTest, RunsWhatWasPostedBefore) {
  std::string log;
  worker_.Start();
  worker_.Post([&] { log += 'a'; });
  worker_.Post([&] { log += 'b'; });
  worker_.Stop();
  EXPECT_EQ(log, "ab");
}

TEST_F(WorkerStopTest, TakesInNothingAfterwards) {
  worker_.Start();
  worker_.Stop();
  EXPECT_FALSE(worker_.Post([] { FAIL(); }));
  worker_.Stop();
}

TEST_F(WorkerStopTest, WithoutAThreadOfItsOwnItEndsOnTheCallers) {
  bool ran = false;
  worker_.Post([&] { ran = worker_.OnThread(); });
  worker_.Stop();
  EXPECT_TRUE(ran);
}

TEST_F(WorkerStopTest, MessagesThatAMessagePostsAreRunOrRefused) {
  int runs = 0;
  bool taken = true;
  std::function<void()> again = [&] {
    ++runs;
    if (runs < 1000) taken = worker_.Post(again);
  };
  worker_.Start();
  worker_.Post(again);
  worker_.Stop();
  EXPECT_TRUE(runs == 1000 || !taken);
}

// Messages first, then the queue, then what is outstanding on it, then the thread.
TEST_F(WorkerStopTest, DeliversWhatIsOutstandingBeforeTheThreadEnds) {
  std::string log;
  Step outstanding([&] { log += 'o'; });
  worker_.Start();
  queue_->Begin();
  std::promise<void> message_ran;
  worker_.Post([&] {
    log += 'm';
    message_ran.set_value();
  });
  std::thread stopping([&] { worker_.Stop(); });
  message_ran.get_future().wait();
  queue_->Complete(&outstanding, false);
  stopping.join();
  EXPECT_EQ(log, "mo");
}

TEST_F(WorkerStopTest, AnAlarmThatIsSetDoesNotHoldItUp) {
  Alarm alarm(worker_.alarms(), [] { FAIL(); });
  worker_.Start();
  worker_.Post([&] { alarm.Set(worker_.now() + std::chrono::hours(1)); });
  worker_.Stop();
  alarm.Cancel();
}

TEST_F(WorkerStopTest, SeveralThreadsMayStopItTogether) {
  worker_.Start();
  std::atomic<bool> ended{false};
  worker_.Post([&] { ended = true; });
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      worker_.Stop();
      EXPECT_TRUE(ended);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// Post() tells the truth: true exactly for the messages that were run, in order per thread.
TEST_F(WorkerStopTest, RacingMessagesAreRunOrRefusedNeverLost) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 50;
  for (int round = 0; round < kRounds; ++round) {
    auto* const queue = new FakeQueue;
    Worker worker{std::unique_ptr<EventQueue>(queue)};
    std::vector<int> ran(kThreads, 0);
    std::vector<int> taken(kThreads, 0);
    std::vector<std::thread> threads;
    worker.Start();
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        while (worker.Post([&ran, thread] { ++ran[thread]; })) ++taken[thread];
      });
    }
    worker.Stop();
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(ran, taken);
  }
}

}  // namespace
}  // namespace gather::engine
