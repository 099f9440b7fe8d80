#include "engine/async/worker.h"

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "engine/async/alarm.h"
#include "engine/async/event_queue.h"
#include "engine/async/operation.h"
#include "engine/async/time.h"
#include "gtest/gtest.h"
#include "tests/support/fake_queue.h"

namespace gather::engine {
namespace {

using gather::testing::FakeQueue;
using std::chrono::microseconds;
using std::chrono::milliseconds;

class Step final : public Operation {
 public:
  explicit Step(std::function<void(bool ok)> on_done) : on_done_(std::move(on_done)) {}
  void OnDone(bool ok) override { on_done_(ok); }

 private:
  const std::function<void(bool ok)> on_done_;
};

class Work final : public Runnable {
 public:
  explicit Work(std::function<bool()> run) : run_(std::move(run)) {}
  bool RunQuantum() override { return run_(); }

 private:
  const std::function<bool()> run_;
};

class WorkerTest : public ::testing::Test {
 protected:
  // Writes its letter `quanta` times, once for each turn.
  Work Letters(char letter, int quanta) {
    return Work([this, letter, quanta]() mutable {
      log_ += letter;
      return --quanta > 0;
    });
  }
  Step LetterStep(char letter) {
    return Step([this, letter](bool /*ok*/) { log_ += letter; });
  }

  FakeQueue* const queue_ = new FakeQueue;
  Worker worker_{std::unique_ptr<EventQueue>(queue_)};
  std::string log_;
};

TEST_F(WorkerTest, DeliversCompletionsAndMessages) {
  Step step([this](bool ok) { log_ += ok ? 'y' : 'n'; });
  queue_->Complete(&step, true);
  queue_->Complete(&step, false);
  EXPECT_TRUE(worker_.Post([this] { log_ += 'm'; }));
  worker_.RunUntilIdleForTest();
  EXPECT_EQ(log_, "ynm");
}

// semantics 9
TEST_F(WorkerTest, TakesCompletionsInTheOrderOfTheQueue) {
  Step a = LetterStep('a');
  Step b = LetterStep('b');
  for (Step* step : {&b, &a, &a, &b}) queue_->Complete(step, true);
  worker_.RunUntilIdleForTest();
  EXPECT_EQ(log_, "baab");
}

TEST_F(WorkerTest, RunnablesTakeTurns) {
  Work a = Letters('a', 3);
  Work b = Letters('b', 2);
  worker_.Schedule(&a);
  worker_.Schedule(&b);
  worker_.RunUntilIdleForTest();
  EXPECT_EQ(log_, "ababa");
}

TEST_F(WorkerTest, OneThatIsScheduledTwiceHasOneTurn) {
  Work a = Letters('a', 1);
  worker_.Schedule(&a);
  worker_.Schedule(&a);
  worker_.RunUntilIdleForTest();
  EXPECT_EQ(log_, "a");
}

TEST_F(WorkerTest, OneThatIsForgottenHasNone) {
  Work a = Letters('a', 1);
  Work b = Letters('b', 1);
  worker_.Schedule(&a);
  worker_.Schedule(&b);
  worker_.Forget(&a);
  worker_.Forget(&a);
  worker_.RunUntilIdleForTest();
  EXPECT_EQ(log_, "b");
}

TEST_F(WorkerTest, WhatIsReadyComesBeforeTheNextQuantum) {
  Step result = LetterStep('r');
  int quanta = 3;
  Work launch([&] {
    log_ += 'q';
    queue_->Complete(&result, true);
    return --quanta > 0;
  });
  worker_.Schedule(&launch);
  worker_.RunUntilIdleForTest();
  EXPECT_EQ(log_, "qrqrqr");
}

// semantics 65
TEST_F(WorkerTest, AlarmsComeAfterResultsThatAreReady) {
  Step result = LetterStep('r');
  Alarm alarm(worker_.alarms(), [this] { log_ += 'a'; });
  alarm.Set(queue_->Now() + milliseconds(1));
  queue_->Advance(milliseconds(2));
  queue_->Complete(&result, true);
  queue_->Complete(&result, true);
  worker_.RunUntilIdleForTest();
  EXPECT_EQ(log_, "rra");
}

// semantics 65
TEST_F(WorkerTest, AlarmsComeAfterManyResultsThatAreReady) {
  constexpr int kResults = 1000;
  int taken = 0;
  int seen_by_alarm = 0;
  Step result([&](bool /*ok*/) { ++taken; });
  Alarm alarm(worker_.alarms(), [&] { seen_by_alarm = taken; });
  alarm.Set(queue_->Now());
  for (int i = 0; i < kResults; ++i) queue_->Complete(&result, true);
  worker_.RunUntilIdleForTest();
  EXPECT_EQ(seen_by_alarm, kResults);
}

TEST_F(WorkerTest, AlarmsComeBeforeTheNextQuantum) {
  Alarm alarm(worker_.alarms(), [this] { log_ += 'a'; });
  Work work = Letters('q', 1);
  alarm.Set(queue_->Now());
  worker_.Schedule(&work);
  worker_.RunUntilIdleForTest();
  EXPECT_EQ(log_, "aq");
}

TEST_F(WorkerTest, AQueueThatIsNeverEmptyStarvesNobody) {
  int left = 10'000;  // 100 ms of work
  int seen_by_alarm = 0;
  int seen_by_work = 0;
  std::unique_ptr<Step> busy;
  busy = std::make_unique<Step>([&](bool /*ok*/) {
    queue_->Advance(microseconds(10));
    if (--left > 0) queue_->Complete(busy.get(), true);
  });
  Alarm alarm(worker_.alarms(), [&] { seen_by_alarm = left; });
  Work work([&] {
    seen_by_work = left;
    return false;
  });
  alarm.Set(queue_->Now());
  worker_.Schedule(&work);
  queue_->Complete(busy.get(), true);
  worker_.RunUntilIdleForTest();
  EXPECT_GT(seen_by_alarm, 9'000);
  EXPECT_GT(seen_by_work, 9'000);
}

TEST_F(WorkerTest, NowIsTheTimeOfTheCurrentEvent) {
  Step step([&](bool /*ok*/) {
    const Time taken = worker_.now();
    queue_->Advance(milliseconds(5));
    EXPECT_EQ(worker_.now(), taken);
  });
  queue_->Advance(milliseconds(3));
  queue_->Complete(&step, true);
  worker_.RunUntilIdleForTest();
  EXPECT_EQ(worker_.now(), queue_->Now());
}

TEST_F(WorkerTest, AnAlarmEndsTheWaitOfItsThread) {
  std::promise<void> set;
  std::promise<void> rung;
  Alarm alarm(worker_.alarms(), [&] { rung.set_value(); });
  worker_.Start();
  worker_.Post([&] {
    alarm.Set(worker_.now() + milliseconds(10));
    set.set_value();
  });
  set.get_future().wait();
  queue_->Advance(milliseconds(10));
  rung.get_future().wait();
  worker_.Stop();
}

TEST_F(WorkerTest, KnowsItsOwnThread) {
  EXPECT_FALSE(worker_.OnThread());
  std::promise<bool> on_thread;
  worker_.Start();
  worker_.Post([&] { on_thread.set_value(worker_.OnThread()); });
  EXPECT_TRUE(on_thread.get_future().get());
  EXPECT_FALSE(worker_.OnThread());
}

}  // namespace
}  // namespace gather::engine
