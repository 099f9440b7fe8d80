// A thread that waits for a parked worker's answer takes the worker's turns itself.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <future>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/async/alarm.h"
#include "engine/async/event_queue.h"
#include "engine/async/operation.h"
#include "engine/async/time.h"
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

class WorkerDriveTest : public ::testing::Test {
 protected:
  void StartParking() {
    worker_.ParkWhen([this] { return unended_ == 0; });
    worker_.Start();
  }

  // Drives as soon as the worker is parked.
  void Drive(const std::function<void()>& begin, const std::function<bool()>& ended) {
    while (!worker_.Drive(begin, ended)) std::this_thread::yield();
  }

  // The thread on which a posted message runs.
  std::thread::id OwnThread() {
    std::promise<std::thread::id> id;
    worker_.Post([&id] { id.set_value(std::this_thread::get_id()); });
    return id.get_future().get();
  }

  FakeQueue* const queue_ = new FakeQueue;
  Worker worker_{std::unique_ptr<EventQueue>(queue_)};
  int unended_ = 0;  // what the worker has to do; by whoever has the turns
};

TEST_F(WorkerDriveTest, AWorkerThatDoesNotParkIsNotDriven) {
  worker_.Start();
  EXPECT_FALSE(worker_.Drive([] { FAIL() << "begun"; }, [] { return true; }));
}

TEST_F(WorkerDriveTest, WorkRunsOnTheThreadThatWaitsForIt) {
  StartParking();
  const std::thread::id waiting = std::this_thread::get_id();
  bool ended = false;
  Step step([&] {
    EXPECT_EQ(std::this_thread::get_id(), waiting);
    EXPECT_TRUE(worker_.OnThread());
    ended = true;
  });
  Drive([&] { queue_->Complete(&step, true); }, [&] { return ended; });
  EXPECT_TRUE(ended);
  EXPECT_FALSE(worker_.OnThread());
}

TEST_F(WorkerDriveTest, WhatCameWhileNobodyLookedComesFirst) {
  StartParking();
  std::string log;
  Drive([] {}, [] { return true; });  // it is parked afterwards
  Step stray([&log] { log += "stray "; });
  queue_->Complete(&stray, true);
  Drive([&log] { log += "begin"; }, [] { return true; });
  EXPECT_EQ(log, "stray begin");
}

TEST_F(WorkerDriveTest, AParkedWorkerLooksNowAndThen) {
  StartParking();
  const std::thread::id own = OwnThread();
  std::promise<std::thread::id> seen;
  Step stray([&seen] { seen.set_value(std::this_thread::get_id()); });
  Drive([] {}, [] { return true; });
  queue_->Complete(&stray, true);
  EXPECT_EQ(seen.get_future().get(), own);
}

TEST_F(WorkerDriveTest, AParkedWorkerRunsMessagesOnItsOwnThread) {
  StartParking();
  const std::thread::id own = OwnThread();
  EXPECT_NE(own, std::this_thread::get_id());
  Drive([] {}, [] { return true; });
  EXPECT_EQ(OwnThread(), own);
  EXPECT_EQ(OwnThread(), own);
}

TEST_F(WorkerDriveTest, AMessageOfAnotherThreadSendsTheTurnsHome) {
  StartParking();
  const std::thread::id own = OwnThread();
  std::promise<std::thread::id> message;
  std::promise<std::thread::id> rest;
  Step step([this, &rest] {
    --unended_;
    rest.set_value(std::this_thread::get_id());
  });
  Drive(
      [&] {
        ++unended_;
        std::thread([&] {
          worker_.Post([&message] { message.set_value(std::this_thread::get_id()); });
        }).join();
      },
      [] { return false; });
  EXPECT_EQ(message.get_future().get(), own);
  queue_->Complete(&step, true);
  EXPECT_EQ(rest.get_future().get(), own);
}

TEST_F(WorkerDriveTest, WhatIsLeftAfterTheAnswerIsTheWorkersOwn) {
  StartParking();
  const std::thread::id own = OwnThread();
  std::promise<std::thread::id> rest;
  Step step([this, &rest] {
    --unended_;
    rest.set_value(std::this_thread::get_id());
  });
  Drive([this] { ++unended_; }, [] { return true; });
  EXPECT_FALSE(worker_.Drive([] { FAIL() << "begun"; }, [] { return true; }));
  queue_->Complete(&step, true);
  EXPECT_EQ(rest.get_future().get(), own);
}

TEST_F(WorkerDriveTest, AnAlarmThatIsSetKeepsTheWorkerAwake) {
  StartParking();
  const std::thread::id own = OwnThread();
  std::promise<std::thread::id> rang;
  Alarm alarm(worker_.alarms(), [&rang] { rang.set_value(std::this_thread::get_id()); });
  Drive([&] { alarm.Set(worker_.now() + std::chrono::milliseconds(5)); }, [] { return true; });
  queue_->Advance(std::chrono::milliseconds(5));
  EXPECT_EQ(rang.get_future().get(), own);
}

TEST_F(WorkerDriveTest, TheClockIsReadBeforeWorkBegins) {
  StartParking();
  Drive([] {}, [] { return true; });
  queue_->Advance(std::chrono::seconds(1));
  Time seen;
  Drive([&] { seen = worker_.now(); }, [] { return true; });
  EXPECT_EQ(seen, queue_->Now());
}

TEST_F(WorkerDriveTest, AParkedWorkerStops) {
  StartParking();
  Drive([] {}, [] { return true; });
  worker_.Stop();
  EXPECT_FALSE(worker_.Post([] {}));
  EXPECT_FALSE(worker_.Drive([] { FAIL() << "begun"; }, [] { return true; }));
}

TEST_F(WorkerDriveTest, AWorkerThatEndsWaitsForWhatIsOutstanding) {
  StartParking();
  Drive([] {}, [] { return true; });
  queue_->Begin();
  bool delivered = false;
  Step late([&delivered] { delivered = true; });
  const std::size_t turns = queue_->turns();
  std::thread stopping([this] { worker_.Stop(); });
  while (queue_->turns() == turns) std::this_thread::yield();
  queue_->Complete(&late, true);
  stopping.join();
  EXPECT_TRUE(delivered);
}

// Every piece of work runs once, whoever has the turns; a race detector sees the rest.
TEST_F(WorkerDriveTest, ThreadsThatDriveAndPostAtOnceLoseNothing) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 500;
  StartParking();
  int runs = 0;  // by whoever has the turns
  std::atomic<int> driven = 0;
  const auto work = [&](int thread) {
    for (int i = 0; i < kRounds; ++i) {
      std::latch done(1);
      Step step([&] {
        --unended_;
        ++runs;
        done.count_down();
      });
      const auto begin = [&] {
        ++unended_;
        queue_->Complete(&step, true);
      };
      const auto ended = [&done] { return done.try_wait(); };
      if ((thread + i) % 2 == 0 && worker_.Drive(begin, ended)) {
        ++driven;
      } else {
        worker_.Post(begin);
      }
      done.wait();
    }
  };
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
  worker_.Stop();
  EXPECT_EQ(runs, kThreads * kRounds);
  RecordProperty("driven", driven);
}

}  // namespace
}  // namespace gather::engine
