#include <gtest/gtest.h>
#include <malloc.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "gather/connection.h"
#include "gather/gather_client.h"
#include "gather/options.h"
#include "gather/policy.h"
#include "gather/task.h"
#include "gather/task_group.h"
#include "gather/testing/scripted_connection.h"
#include "tests/client/answers.h"
#include "tests/client/group_answers.h"

namespace gather {
namespace {

using ::gather::test::At;
using ::gather::test::Failed;
using ::gather::test::SatisfiedSummary;
using ::gather::test::SucceededWithBytes;
using ::gather::test::TextCall;
using ::gather::testing::ScriptedConnection;

// Answers every sub-call of its one group and remembers none: each tenth fails.
class ForgetfulConnection final : public Connection {
 public:
  std::unique_ptr<PendingGather> StartGather(OwnedRequest /*request*/,
                                             const GatherContext& /*context*/,
                                             Done /*done*/) override {
    return nullptr;
  }
  std::unique_ptr<PendingStream> StartStream(OwnedRequest /*request*/,
                                             const GatherContext& /*context*/,
                                             std::shared_ptr<StreamSink> /*sink*/) override {
    return nullptr;
  }
  std::unique_ptr<PendingGroup> StartGroup(v1::Open /*open*/, const GatherContext& /*context*/,
                                           std::shared_ptr<StreamSink> sink) override {
    return std::make_unique<Group>(&worker_, std::move(sink));
  }
  void RunOnWorker(absl::AnyInvocable<void()> work) override {
    worker_.RunOnWorker(std::move(work));
  }
  bool OnWorkerThread() const override { return worker_.OnWorkerThread(); }

 private:
  class Group final : public PendingGroup {
   public:
    Group(ScriptedConnection* worker, std::shared_ptr<StreamSink> sink)
        : worker_(worker), sink_(std::move(sink)) {}

    void Add(v1::SubCall call) override {
      const std::uint32_t index = added_++;
      worker_->RunOnWorker([sink = sink_, index, bytes = std::move(*call.mutable_request())] {
        sink->OnOutcome(
            At(index, index % 10 == 0 ? Failed(5, "no such user") : SucceededWithBytes(bytes)));
      });
    }
    void Join() override {
      worker_->RunOnWorker([sink = sink_] {
        sink->OnSummary(SatisfiedSummary());
        sink->OnEnd(absl::OkStatus());
      });
    }
    void CancelCall(std::string /*id*/) override {}
    void EndEarly() override {}
    void Cancel() override {}
    void Pause(bool /*paused*/) override {}

   private:
    ScriptedConnection* const worker_;
    const std::shared_ptr<StreamSink> sink_;
    std::uint32_t added_ = 0;
  };

  ScriptedConnection worker_;
};

// semantics 48
TEST(TaskGroupMemoryTest, StaysFlatHoweverManyAreAdded) {
  constexpr int kTasks = 100'000;
  const Client client(std::make_unique<ForgetfulConnection>());
  Options options;
  options.policy = Collect();
  TaskGroup group(client, options);
  int ended = 0;
  std::size_t after_some = 0;
  std::size_t after_all = 0;
  absl::AnyInvocable<void()> spawn = [&] {
    group.Spawn(TextCall("Ada")).Then([&](const auto& /*outcome*/) {
      ++ended;
      if (ended == kTasks / 10) after_some = mallinfo2().uordblks;
      if (ended == kTasks) after_all = mallinfo2().uordblks;
      if (ended <= kTasks - 10) spawn();
    });
  };
  for (int i = 0; i < 10; ++i) spawn();
  EXPECT_TRUE(group.Wait().ok());
  EXPECT_EQ(ended, kTasks);
  EXPECT_LT(after_all, after_some + (std::size_t{64} << 10));
}

}  // namespace
}  // namespace gather
