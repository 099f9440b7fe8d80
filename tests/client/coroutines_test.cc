// Many coroutines, and long ones: the stack does not grow with what has ended already.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <latch>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "gather/gather_client.h"
#include "gather/gather_values.h"
#include "gather/options.h"
#include "gather/task.h"
#include "gather/task_group.h"
#include "gather/testing/scripted_connection.h"
#include "tests/client/answers.h"
#include "tests/client/group_answers.h"

namespace gather {
namespace {

using ::gather::test::Echo;
using ::gather::test::MakeText;
using ::gather::test::Number;
using ::gather::test::NumberCall;
using ::gather::test::Respond;
using ::gather::test::Satisfied;
using ::gather::test::Succeeded;
using ::gather::test::TextCall;
using ::gather::testing::ScriptedConnection;

constexpr int kMany = 100'000;
constexpr int kLong = 20'000;  // steps, each of which would show on the stack

// The smallest coroutine type that there is: it runs at once and nobody waits for it.
struct Detached {
  struct promise_type {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

// How far apart the ends of the stack are that were seen.
class StackDepth {
 public:
  void Note() {
    const char here = 0;
    const auto address = reinterpret_cast<std::uintptr_t>(&here);
    const std::lock_guard lock(mutex_);
    auto& [low, high] =
        seen_.try_emplace(std::this_thread::get_id(), address, address).first->second;
    low = std::min(low, address);
    high = std::max(high, address);
  }
  std::size_t most() const {
    std::size_t most = 0;
    for (const auto& [thread, ends] : seen_) most = std::max(most, ends.second - ends.first);
    return most;
  }

 private:
  std::mutex mutex_;
  std::map<std::thread::id, std::pair<std::uintptr_t, std::uintptr_t>> seen_;
};

constexpr std::size_t kShallow = 64 << 10;

class CoroutinesTest : public ::testing::Test {
 protected:
  ScriptedConnection* const script_ = new ScriptedConnection();
  Client client_{std::unique_ptr<Connection>(script_)};
  StackDepth depth_;
};

// semantics 76
TEST_F(CoroutinesTest, AHundredThousandAwaitAGatherEach) {
  std::atomic<int> ok = 0;
  std::latch ended(kMany);
  const auto await = [&]() -> Detached {
    const auto result = co_await AsyncGather(client_, TextCall());
    depth_.Note();
    if (result.ok()) ++ok;
    ended.count_down();
  };
  for (int i = 0; i < kMany; ++i) await();
  for (int i = 0; i < kMany; ++i) script_->Answer(i, Respond(Satisfied({Succeeded(MakeText(""))})));
  ended.wait();
  EXPECT_EQ(ok, kMany);
  EXPECT_LT(depth_.most(), kShallow);
}

// semantics 76
TEST_F(CoroutinesTest, AHundredThousandAwaitATaskEach) {
  Echo(script_);
  std::atomic<std::int64_t> sum = 0;
  TaskGroup group(client_);
  const auto await = [&](int value) -> Detached {
    const Outcome<Number> outcome = co_await group.Spawn(NumberCall(value));
    depth_.Note();
    sum += outcome->value();
  };
  for (int i = 0; i < kMany; ++i) await(i);
  EXPECT_TRUE(group.Wait().ok());
  EXPECT_EQ(sum, std::int64_t{kMany} * (kMany - 1) / 2);
  EXPECT_LT(depth_.most(), kShallow);
}

// semantics 76
TEST_F(CoroutinesTest, OneAwaitsManyTasksInTurn) {
  Echo(script_);
  TaskGroup group(client_);
  std::atomic<int> ended = 0;
  const auto await = [&]() -> Detached {
    for (int i = 0; i < kLong; ++i) {
      const Outcome<Number> outcome = co_await group.Spawn(NumberCall(i));
      depth_.Note();
      if (outcome.ok()) ++ended;
    }
  };
  await();
  EXPECT_TRUE(group.Wait().ok());
  EXPECT_EQ(ended, kLong);
  EXPECT_LT(depth_.most(), kShallow);
}

// semantics 76
TEST_F(CoroutinesTest, OneAwaitsManyTasksThatAreDoneAtOnce) {
  TaskGroup group(client_);
  group.Cancel();
  EXPECT_FALSE(group.Wait().ok());
  int ended = 0;
  const auto await = [&]() -> Detached {
    for (int i = 0; i < kLong; ++i) {
      const Outcome<Number> outcome = co_await group.Spawn(NumberCall(i));
      depth_.Note();
      if (outcome.cause() == Cause::kCaller) ++ended;
    }
  };
  await();
  EXPECT_EQ(ended, kLong);
  EXPECT_LT(depth_.most(), kShallow);
}

// semantics 76
TEST_F(CoroutinesTest, ManyContinuationsInAChainDoNotNest) {
  script_->AnswerWith(
      [](const v1::GatherRequest&) { return Respond(Satisfied({Succeeded(MakeText(""))})); });
  std::latch ended(1);
  int left = kLong;
  absl::AnyInvocable<void()> next = [&] {
    AsyncGather(client_, TextCall()).Then([&](const auto&) {
      depth_.Note();
      if (--left > 0) {
        next();
      } else {
        ended.count_down();
      }
    });
  };
  next();
  ended.wait();
  EXPECT_LT(depth_.most(), kShallow);
}

// semantics 76
TEST_F(CoroutinesTest, ManyTasksThatEndWithTheStreamDoNotNest) {
  TaskGroup group(client_);
  std::atomic<int> ended = 0;
  const auto await = [&]() -> Detached {
    const Outcome<Number> outcome = co_await group.Spawn(NumberCall(0));
    depth_.Note();
    if (!outcome.ok()) ++ended;
  };
  for (int i = 0; i < kLong; ++i) await();
  group.Cancel();
  EXPECT_FALSE(group.Wait().ok());
  EXPECT_EQ(ended, kLong);
  EXPECT_LT(depth_.most(), kShallow);
}

// A queue that the test's own thread works off.
class Loop {
 public:
  Executor executor() {
    return [this](absl::AnyInvocable<void()> work) {
      const std::lock_guard lock(mutex_);
      work_.push_back(std::move(work));
      work_came_.notify_one();
    };
  }

  void RunUntil(const std::atomic<bool>& done) {
    std::unique_lock lock(mutex_);
    while (!done) {
      work_came_.wait(lock, [this] { return !work_.empty(); });
      absl::AnyInvocable<void()> work = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      work();
      work = nullptr;
      lock.lock();
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable work_came_;
  std::deque<absl::AnyInvocable<void()>> work_;
};

TEST_F(CoroutinesTest, ACoroutineStaysOnItsExecutor) {
  Echo(script_);
  Loop loop;
  Options options;
  options.executor = loop.executor();
  const std::thread::id home = std::this_thread::get_id();
  std::atomic<bool> done = false;
  int at_home = 0;
  absl::Status status = absl::UnknownError("not yet");
  const auto await = [&]() -> Detached {
    {
      TaskGroup group(client_, options);
      const Task<Number> other = group.Spawn(NumberCall(1));
      if ((co_await group.Spawn(NumberCall(0))).ok() && std::this_thread::get_id() == home) {
        ++at_home;
      }
      if ((co_await other).ok() && std::this_thread::get_id() == home) ++at_home;
      status = co_await group.AsyncWait();
      if (std::this_thread::get_id() == home) ++at_home;
    }
    done = true;
  };
  await();
  loop.RunUntil(done);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(at_home, 3);
}

}  // namespace
}  // namespace gather
