// Permits that are shared by workers, each on a thread of its own: one that is freed on one of them
// reaches who waits on another, and none is lost.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <latch>
#include <memory>
#include <random>
#include <utility>
#include <variant>
#include <vector>

#include "engine/async/event_queue.h"
#include "engine/async/worker.h"
#include "engine/engine.h"
#include "engine/gather_run.h"
#include "engine/limits/target_permits.h"
#include "engine/outcome.h"
#include "engine/target.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/support/fake_invoker.h"
#include "tests/support/fake_queue.h"

namespace gather::engine {
namespace {

using gather::testing::FakeAttempt;
using gather::testing::FakeInvoker;
using gather::testing::FakeQueue;
using gather::testing::Reply;

constexpr std::uint32_t kPermits = 3;
constexpr int kGathers = 200;
constexpr int kCalls = 20;

// One worker with its engine; its attempts are answered a turn after they were started.
class Lane : private AnswerSink {
 public:
  Lane(std::shared_ptr<const EngineOptions> options, std::atomic<int>* in_flight)
      : engine_(&worker_, &invoker_, std::move(options)), in_flight_(in_flight) {
    invoker_.SetScript([this](FakeAttempt& attempt) {
      EXPECT_LE(++*in_flight_, static_cast<int>(kPermits));
      answering_.push_back(&attempt);
      worker_.Post([this] { AnswerOne(); });
      return std::nullopt;
    });
    worker_.Start();
  }

  // Starts so many gathers, a few at a time, and cancels some.
  void Begin(int gathers, std::latch* done) {
    worker_.Post([this, gathers, done] {
      left_ = gathers;
      done_ = done;
      for (int i = 0; i < 4; ++i) StartNext();
    });
  }

  void Stop() { worker_.Stop(); }

 private:
  void StartNext() {
    if (left_ == 0) return;
    --left_;
    ++running_;
    auto request = std::make_unique<v1::GatherRequest>();
    request->mutable_defaults()->set_target("users");
    request->mutable_defaults()->set_method("/S/M");
    for (int i = 0; i < kCalls; ++i) request->add_calls();
    auto started = engine_.Start(std::move(request), {"id"}, this);
    GatherRun* const run = std::get<GatherRun*>(started);
    if (random_() % 4 == 0) run->Cancel(v1::CAUSE_CALLER);
  }

  void AnswerOne() {
    FakeAttempt* const attempt = answering_.front();
    answering_.erase(answering_.begin());
    --*in_flight_;
    attempt->Complete(Reply(""));
  }

  void OnAnswer(Answer /*answer*/) override {
    worker_.Post([this] {
      --running_;
      StartNext();
      if (running_ == 0) engine_.NotifyWhenIdle([this] { done_->count_down(); });
    });
  }

  FakeQueue* const queue_ = new FakeQueue;
  Worker worker_{std::unique_ptr<EventQueue>(queue_)};
  FakeInvoker invoker_{queue_};
  Engine engine_;
  std::atomic<int>* const in_flight_;
  std::vector<FakeAttempt*> answering_;
  std::mt19937 random_{7};
  int left_ = 0;
  int running_ = 0;
  std::latch* done_ = nullptr;
};

// semantics 57, 58
TEST(PermitsAcrossWorkersTest, NoneIsLostAndNoneIsGivenTwice) {
  Target target;
  target.name = "users";
  target.channel.address = "h:1";
  target.limits.max_in_flight = kPermits;
  auto options = std::make_shared<EngineOptions>();
  options->targets = *TargetTable::FromTargets({std::move(target)}, nullptr);
  std::atomic<int> in_flight = 0;
  std::latch done(2);
  Lane one(options, &in_flight);
  Lane other(options, &in_flight);
  one.Begin(kGathers, &done);
  other.Begin(kGathers, &done);
  done.wait();
  const TargetPermits::Snapshot at_end = options->targets.Find("users")->permits->snapshot();
  EXPECT_EQ(at_end.held, 0u);
  EXPECT_EQ(at_end.waiting, 0u);
  EXPECT_GT(at_end.had_to_wait, 0u);
  one.Stop();
  other.Stop();
}

}  // namespace
}  // namespace gather::engine
