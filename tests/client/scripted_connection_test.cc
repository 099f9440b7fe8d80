#include "gather/testing/scripted_connection.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gather/connection.h"
#include "gather/testing/scripted_stream.h"
#include "tests/client/answers.h"

namespace gather::testing {
namespace {

using ::gather::test::Failed;

// Notes what it is told, and whether on the worker.
class Listener final : public StreamSink {
 public:
  explicit Listener(const ScriptedConnection* script) : script_(script) {}

  void OnOpened(std::string gather_id) override { Note(absl::StrCat("opened ", gather_id)); }
  void OnOutcome(v1::Outcome outcome) override { Note(absl::StrCat("outcome ", outcome.index())); }
  void OnSummary(v1::Summary summary) override {
    Note(absl::StrCat("summary ", summary.gather_id()));
  }
  void OnEnd(absl::Status status) override { Note(absl::StrCat("end ", status.message())); }

  // After the connection has settled.
  const std::vector<std::string>& heard() const { return heard_; }

 private:
  void Note(std::string what) {
    EXPECT_TRUE(script_->OnWorkerThread());
    heard_.push_back(std::move(what));
  }

  const ScriptedConnection* const script_;
  std::vector<std::string> heard_;
};

v1::SubCall CallTo(const std::string& target) {
  v1::SubCall call;
  call.set_target(target);
  return call;
}

class ScriptedConnectionTest : public ::testing::Test {
 protected:
  ScriptedConnection script_;
  std::shared_ptr<Listener> listener_ = std::make_shared<Listener>(&script_);
};

TEST_F(ScriptedConnectionTest, AStreamIsToldWhatTheTestEmitsInOrder) {
  const auto pending = script_.StartStream(v1::GatherRequest(), GatherContext(), listener_);
  const std::shared_ptr<ScriptedStream> stream = script_.stream(0);
  stream->EmitOutcome(Failed(5, "none"));
  stream->EmitSummary(v1::Summary());
  stream->End(absl::OkStatus());
  stream->EmitOutcome(Failed(5, "too late"));
  script_.Settle();
  EXPECT_EQ(listener_->heard(), (std::vector<std::string>{"outcome 0", "summary ", "end "}));
  EXPECT_TRUE(stream->ended());
}

TEST_F(ScriptedConnectionTest, AStreamShowsWhatTheClientDid) {
  const auto pending = script_.StartStream(v1::GatherRequest(), GatherContext(), listener_);
  EXPECT_EQ(script_.streams_started(), 1);
  pending->Pause(true);
  EXPECT_TRUE(script_.stream(0)->paused());
  pending->Pause(false);
  EXPECT_FALSE(script_.stream(0)->paused());
  pending->Cancel();
  pending->Cancel();
  EXPECT_EQ(script_.stream(0)->cancels(), 2);
  script_.Settle();
  EXPECT_EQ(listener_->heard(), std::vector<std::string>{"end cancelled"});
}

TEST_F(ScriptedConnectionTest, AGroupShowsWhatTheClientDid) {
  const auto pending = script_.StartGroup(v1::Open(), GatherContext(), listener_);
  pending->Add(CallTo("users"));
  pending->Add(CallTo("posts"));
  pending->CancelCall("0");
  const std::shared_ptr<ScriptedGroup> group = script_.group(0);
  ASSERT_EQ(group->adds().size(), 2);
  EXPECT_EQ(group->adds()[1].target(), "posts");
  EXPECT_EQ(group->withdrawn(), std::vector<std::string>{"0"});
  EXPECT_FALSE(group->joined());
  pending->Join();
  EXPECT_TRUE(group->joined());
  EXPECT_FALSE(group->ended_early());
  pending->EndEarly();
  EXPECT_TRUE(group->ended_early());
}

TEST_F(ScriptedConnectionTest, AServedGroupIsAnsweredOnTheWorkerAsItGrows) {
  script_.ServeGroups([](const std::shared_ptr<ScriptedGroup>& group) {
    if (group->adds().empty()) return group->EmitOpened("c0ffee");
    if (!group->joined()) return group->EmitOutcome(v1::Outcome());
    group->End(absl::OkStatus());
  });
  const auto pending = script_.StartGroup(v1::Open(), GatherContext(), listener_);
  script_.Settle();
  pending->Add(CallTo("users"));
  script_.Settle();
  pending->Join();
  script_.Settle();
  EXPECT_EQ(listener_->heard(), (std::vector<std::string>{"opened c0ffee", "outcome 0", "end "}));
}

TEST_F(ScriptedConnectionTest, TheEndOfTheConnectionEndsWhatIsOpen) {
  auto script = std::make_unique<ScriptedConnection>();
  const auto listener = std::make_shared<Listener>(script.get());
  const auto pending = script->StartStream(v1::GatherRequest(), GatherContext(), listener);
  const std::shared_ptr<ScriptedStream> stream = script->stream(0);
  script.reset();
  EXPECT_EQ(listener->heard(), std::vector<std::string>{"end the connection ended"});
  pending->Cancel();
  stream->End(absl::OkStatus());
  EXPECT_EQ(listener->heard().size(), 1);
}

}  // namespace
}  // namespace gather::testing
