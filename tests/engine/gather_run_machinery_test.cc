// What the machinery promises whatever the gather: stack, cost, threads.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/async/worker.h"
#include "engine/attempt.h"
#include "engine/gather_run.h"
#include "engine/outcome.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/engine/gather_run_fixture.h"

namespace gather::engine {
namespace {

// Instrumented builds take several times the memory and show the same.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kMany = 100'000;
#else
constexpr std::size_t kMany = 1'000'000;
#endif

class GatherRunMachineryTest : public GatherRunTest {
 protected:
  // Runs so many sub-calls that complete at once, each while it is being started, and returns how
  // often the worker took something from its queue.
  std::size_t TurnsFor(std::size_t calls, std::uint32_t max_concurrency) {
    auto request = std::make_unique<v1::GatherRequest>();
    request->mutable_defaults()->set_target("users");
    request->mutable_defaults()->set_method("/S/M");
    request->set_max_concurrency(max_concurrency);
    for (std::size_t i = 0; i < calls; ++i) request->add_calls();
    const std::size_t before = queue_->turns();
    StartRequest(std::move(request), std::chrono::hours(1));
    Settle();
    EXPECT_EQ(answer().summary.succeeded(), calls);
    answers_.clear();
    gathers_ = 0;
    return queue_->turns() - before;
  }
};

// semantics 76
TEST_F(GatherRunMachineryTest, AMillionSubCallsThatCompleteAtOnceDoNotGrowTheStack) {
  std::uintptr_t lowest = UINTPTR_MAX;
  std::uintptr_t highest = 0;
  invoker_.SetScript([&](FakeAttempt&) {
    const char here = 0;
    lowest = std::min(lowest, reinterpret_cast<std::uintptr_t>(&here));
    highest = std::max(highest, reinterpret_cast<std::uintptr_t>(&here));
    return AttemptResult();
  });
  TurnsFor(kMany, 0);
  EXPECT_LE(highest - lowest, 4096u);
}

// A turn for each end, one for each quantum of 32, and a handful.
// semantics 76
TEST_F(GatherRunMachineryTest, TheWorkIsInProportionToTheSubCalls) {
  invoker_.SetScript([](FakeAttempt&) { return AttemptResult(); });
  for (const std::size_t calls : {100, 1'000, 10'000, 100'000}) {
    EXPECT_LE(TurnsFor(calls, 0), calls + calls / kQuantum + 8) << calls;
  }
}

// semantics 61, 76
TEST_F(GatherRunMachineryTest, TheWorkIsInProportionUnderALimit) {
  invoker_.SetScript([](FakeAttempt&) { return AttemptResult(); });
  for (const std::size_t calls : {100, 1'000, 10'000, 100'000}) {
    EXPECT_LE(TurnsFor(calls, 8), calls + calls / 8 + 8) << calls;
  }
}

// A run on a worker with a thread of its own.
class GatherRunThreadTest : public GatherRunTest {
 protected:
  ~GatherRunThreadTest() override { worker_.Stop(); }

  void OnAnswer(Answer answer) override {
    GatherRunTest::OnAnswer(std::move(answer));
    has_answered_.set_value();
  }

  std::promise<void> has_answered_;
};

// Attempts on their way from the worker to the threads that complete them.
class Handover {
 public:
  void Give(FakeAttempt* attempt) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      attempts_.push_back(attempt);
    }
    changed_.notify_one();
  }

  void Close() {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
  }

  // Null: closed and empty.
  FakeAttempt* Take() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || !attempts_.empty(); });
    if (attempts_.empty()) return nullptr;
    FakeAttempt* const attempt = attempts_.front();
    attempts_.pop_front();
    return attempt;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<FakeAttempt*> attempts_;
  bool closed_ = false;
};

// semantics 77
TEST_F(GatherRunThreadTest, CompletionsOnOtherThreadsDuringTheLaunchAreSafe) {
  constexpr std::size_t kCalls = 2000;
  Handover handover;
  invoker_.SetScript([&](FakeAttempt& attempt) -> std::optional<AttemptResult> {
    handover.Give(&attempt);
    return std::nullopt;
  });
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      while (FakeAttempt* const attempt = handover.Take()) attempt->Complete({});
    });
  }
  worker_.Start();
  worker_.Post([&] { Start(Calls(kCalls, "max_concurrency: 100")); });
  has_answered_.get_future().wait();
  handover.Close();
  for (std::thread& thread : threads) thread.join();
  worker_.Stop();
  EXPECT_EQ(answer().summary.succeeded(), kCalls);
}

// The cancel comes from another thread, through the worker's inbox, while results arrive.
// semantics 52, 77
TEST_F(GatherRunThreadTest, ACancelFromAnotherThreadDuringTheLaunchIsSafe) {
  constexpr std::size_t kCalls = 2000;
  Handover handover;
  invoker_.IgnoreCancels();
  std::atomic<std::size_t> launched{0};
  invoker_.SetScript([&](FakeAttempt& attempt) -> std::optional<AttemptResult> {
    ++launched;
    handover.Give(&attempt);
    return std::nullopt;
  });
  worker_.Start();
  std::promise<GatherRun*> started;
  worker_.Post([&] { started.set_value(Start(Calls(kCalls, "max_concurrency: 100"))); });
  GatherRun* const run = started.get_future().get();
  std::thread cancelling([&] { worker_.Post([&] { run->Cancel(v1::CAUSE_CALLER); }); });
  std::thread completing([&] {
    while (FakeAttempt* const attempt = handover.Take()) attempt->Complete({});
  });
  cancelling.join();
  has_answered_.get_future().wait();
  handover.Close();
  completing.join();
  worker_.Stop();
  EXPECT_EQ(answer().summary.succeeded() + answer().summary.cancelled(), launched);
}

}  // namespace
}  // namespace gather::engine
