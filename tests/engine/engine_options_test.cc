// Options that are replaced while gathers run.

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/async/event_queue.h"
#include "engine/async/worker.h"
#include "engine/engine.h"
#include "engine/gather_run.h"
#include "engine/outcome.h"
#include "engine/refusal.h"
#include "engine/target.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/support/fake_invoker.h"
#include "tests/support/fake_queue.h"

namespace gather::engine {
namespace {

using gather::testing::FakeInvoker;
using gather::testing::FakeQueue;
using gather::testing::Reply;
using Options = std::shared_ptr<const EngineOptions>;
using Ids = std::vector<std::size_t>;

Options MakeOptions(const std::vector<std::pair<std::string, std::string>>& addresses,
                    const Options& previous = nullptr) {
  std::vector<Target> targets;
  for (const auto& [name, address] : addresses) {
    Target& target = targets.emplace_back();
    target.name = name;
    target.channel.address = address;
  }
  auto options = std::make_shared<EngineOptions>();
  options->targets =
      *TargetTable::FromTargets(targets, previous == nullptr ? nullptr : &previous->targets);
  return options;
}

class EngineOptionsTest : public ::testing::Test, public AnswerSink {
 protected:
  void TearDown() override {
    for (auto* attempt : invoker_.Outstanding()) attempt->Complete(Reply(""));
    Settle();
    EXPECT_TRUE(engine_.idle());
  }

  void Settle() { worker_.RunUntilIdleForTest(); }

  // Why a gather of one sub-call to that target was refused; empty if it was not.
  std::string Start(const std::string& target) {
    auto request = std::make_unique<v1::GatherRequest>();
    v1::SubCall& call = *request->add_calls();
    call.set_target(target);
    call.set_method("/S/M");
    const auto started = engine_.Start(std::move(request), {}, this);
    Settle();
    const auto* refusal = std::get_if<Refusal>(&started);
    return refusal == nullptr ? "" : refusal->reason;
  }

  void EndAll() {
    for (auto* attempt : invoker_.Outstanding()) attempt->Complete(Reply(""));
    Settle();
  }

  void OnAnswer(Answer answer) override { answers_.push_back(std::move(answer)); }

  FakeQueue* const queue_ = new FakeQueue;
  Worker worker_{std::unique_ptr<EventQueue>(queue_)};
  FakeInvoker invoker_{queue_};
  const Options first_ = MakeOptions({{"users", "h:1"}, {"posts", "h:2"}});
  Engine engine_{&worker_, &invoker_, first_};
  std::vector<Answer> answers_;
};

TEST_F(EngineOptionsTest, NewGathersHaveTheNewOptions) {
  engine_.SetOptions(MakeOptions({{"likes", "h:3"}}, first_));
  EXPECT_EQ(Start("users"), "UNKNOWN_TARGET");
  EXPECT_EQ(Start("likes"), "");
  EXPECT_EQ(invoker_.outstanding(), 1u);
}

TEST_F(EngineOptionsTest, OptionsThatNobodyHasGoAtOnceAndOnlyTheirOwnChannelsWithThem) {
  engine_.SetOptions(MakeOptions({{"users", "h:1"}, {"posts", "elsewhere:2"}}, first_));
  EXPECT_EQ(invoker_.dropped(), Ids{1});
  EXPECT_EQ(first_.use_count(), 1);
}

TEST_F(EngineOptionsTest, AGatherKeepsItsOptionsAndTheirChannelsUntilItEnds) {
  Start("posts");
  engine_.SetOptions(MakeOptions({{"users", "h:1"}}, first_));
  EXPECT_EQ(invoker_.dropped(), Ids{});
  EXPECT_GT(first_.use_count(), 1);
  EndAll();
  ASSERT_EQ(answers_.size(), 1u);
  EXPECT_EQ(answers_[0].decision.verdict(), v1::VERDICT_SATISFIED);
  EXPECT_EQ(invoker_.dropped(), Ids{1});
  EXPECT_EQ(first_.use_count(), 1);
}

TEST_F(EngineOptionsTest, AGroupStillReachesATargetThatIsGone) {
  const auto started = engine_.StartGroup(v1::Open(), {}, this);
  GatherRun* const group = std::get<GatherRun*>(started);
  engine_.SetOptions(MakeOptions({{"users", "h:1"}}, first_));
  v1::SubCall call;
  call.set_target("posts");
  call.set_method("/S/M");
  EXPECT_EQ(group->Add(call), std::nullopt);
  Settle();
  ASSERT_EQ(invoker_.outstanding(), 1u);
  group->Seal();
  EndAll();
  EXPECT_EQ(invoker_.dropped(), Ids{1});
}

TEST_F(EngineOptionsTest, ChannelsThatLaterOptionsHaveAgainAreKept) {
  Start("users");
  const Options second = MakeOptions({{"users", "h:1"}}, first_);
  engine_.SetOptions(second);
  Start("users");
  engine_.SetOptions(MakeOptions({{"users", "h:1"}, {"likes", "h:3"}}, second));
  EndAll();
  EXPECT_EQ(invoker_.dropped(), Ids{1});
  EXPECT_EQ(second.use_count(), 1);
}

}  // namespace
}  // namespace gather::engine
