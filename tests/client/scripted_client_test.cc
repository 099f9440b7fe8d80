#include "gather/testing/scripted_client.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gather/gather.h"
#include "google/protobuf/wrappers.pb.h"

namespace gather::testing {
namespace {

using Text = google::protobuf::StringValue;

Text MakeText(const std::string& value) {
  Text text;
  text.set_value(value);
  return text;
}

Call<Text> To(const std::string& target, const std::string& request = "") {
  return Call<Text>(target, "/demo.Names/Get", MakeText(request));
}

Options With(const Policy& policy) {
  Options options;
  options.policy = policy;
  return options;
}

class ScriptedClientTest : public ::testing::Test {
 protected:
  ScriptedMethod& On(const std::string& target) { return script_.On(target, "/demo.Names/Get"); }
  const Client& client() const { return script_.client(); }

  ScriptedClient script_;
};

TEST_F(ScriptedClientTest, AGatherGivesTheScriptedReplies) {
  On("users").Reply(MakeText("Ada"));
  On("posts").Reply(MakeText("Notes"));
  const auto page = Gather(client(), To("users", "me"), To("posts"));
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(std::get<0>(*page).value(), "Ada");
  EXPECT_EQ(std::get<1>(*page).value(), "Notes");
  ASSERT_EQ(On("users").calls().size(), 1);
  EXPECT_EQ(On("users").calls()[0].request(), MakeText("me").SerializeAsString());
}

TEST_F(ScriptedClientTest, AFailureIsTheGathersAndCancelsTheRest) {
  On("users").Hang();
  On("posts").Fail(absl::NotFoundError("no posts"));
  const auto settled = GatherSettled(client(), With(FailFast()), To("users"), To("posts"));
  EXPECT_EQ(settled.status().message(), "sub-call 1 \"1\" (posts /demo.Names/Get): no posts");
  EXPECT_EQ(settled.get<0>().disposition(), Disposition::kCancelled);
  EXPECT_EQ(settled.get<0>().cause(), Cause::kSiblingFailed);
  EXPECT_EQ(settled.get<0>().caused_by(), 1);
  EXPECT_EQ(settled.get<1>().origin(), Origin::kBackend);
  EXPECT_EQ(settled.summary().failed, 1);
  EXPECT_EQ(settled.summary().cancelled, 1);
  EXPECT_EQ(Failures::From(settled.status()).size(), 1);
}

TEST_F(ScriptedClientTest, AMethodWithoutScriptIsNamedByItsRejection) {
  const auto settled = GatherSettled(client(), To("nobody"));
  EXPECT_EQ(settled.get<0>().disposition(), Disposition::kRejected);
  EXPECT_EQ(settled.get<0>().status(),
            absl::NotFoundError("there is no script for nobody /demo.Names/Get"));
}

TEST_F(ScriptedClientTest, AnswersStandInOrderAndTheLastForAllThatFollow) {
  On("users").BeUnreachable().Reply(MakeText("Ada"));
  const std::vector<Call<Text>> calls(3, To("users"));
  const auto settled = GatherSettled(client(), calls);
  EXPECT_EQ(settled[0].delivery(), Delivery::kNeverSent);
  EXPECT_EQ(settled[1]->value(), "Ada");
  EXPECT_EQ(settled[2]->value(), "Ada");
}

TEST_F(ScriptedClientTest, AHandlerComputesTheReply) {
  On("users").Handle<Text>([](const Text& request) -> absl::StatusOr<Text> {
    if (request.value().empty()) return absl::InvalidArgumentError("whose name?");
    return MakeText("Dr " + request.value());
  });
  const auto settled = GatherSettled(client(), To("users", "Ada"), To("users"));
  EXPECT_EQ(settled.get<0>()->value(), "Dr Ada");
  EXPECT_EQ(settled.get<1>().status(), absl::InvalidArgumentError("whose name?"));
}

TEST_F(ScriptedClientTest, AStreamingMethodGivesAllItsReplies) {
  On("users").Reply(std::vector{MakeText("Ada"), MakeText("Bob")});
  const auto names =
      Gather(client(), Call<std::vector<Text>>("users", "/demo.Names/Get", MakeText("")));
  ASSERT_TRUE(names.ok()) << names.status();
  EXPECT_EQ(std::get<0>(*names).size(), 2);
}

TEST_F(ScriptedClientTest, AFallbackReplacesTheFailure) {
  On("users").Fail(absl::UnavailableError("down"));
  const auto [name] = GatherSettled(client(), To("users").Fallback(MakeText("nobody")));
  EXPECT_EQ(name->value(), "nobody");
  EXPECT_EQ(name.replaced_status(), absl::UnavailableError("down"));
}

TEST_F(ScriptedClientTest, TheFastestReplicaWins) {
  On("a").Reply(MakeText("slow")).Takes(absl::Seconds(2));
  On("b").Reply(MakeText("fast")).Takes(absl::Seconds(1));
  On("c").Fail(absl::UnavailableError("down"));
  const auto winner = GatherAny(client(), To("a"), To("b"), To("c"));
  ASSERT_TRUE(winner.ok()) << winner.status();
  EXPECT_EQ(winner->index, 1);
  EXPECT_TRUE(absl::IsUnavailable(GatherRace(client(), To("a"), To("b"), To("c")).status()));
  const auto quorum = GatherQuorum(client(), 2, To("a"), To("b"), To("c"));
  ASSERT_TRUE(quorum.ok()) << quorum.status();
  EXPECT_EQ(quorum->size(), 2);
}

TEST_F(ScriptedClientTest, ATimeoutPassesInTheScriptsTime) {
  On("users").Reply(MakeText("Ada")).Takes(absl::Seconds(1));
  On("posts").Hang();
  Options options;
  options.timeout = absl::Minutes(1);
  const auto settled = GatherSettled(client(), options, To("users"), To("posts"),
                                     To("posts").Timeout(absl::Seconds(5)));
  EXPECT_TRUE(absl::IsDeadlineExceeded(settled.status()));
  EXPECT_EQ(settled.get<0>()->value(), "Ada");
  EXPECT_EQ(settled.get<0>().timing().finished, absl::Seconds(1));
  EXPECT_EQ(settled.get<1>().cause(), Cause::kGatherDeadline);
  EXPECT_EQ(settled.get<2>().cause(), Cause::kSubCallDeadline);
  EXPECT_EQ(settled.get<2>().disposition(), Disposition::kFailed);
  EXPECT_EQ(settled.summary().elapsed, absl::Minutes(1));
}

TEST_F(ScriptedClientTest, WhatIsQueuedAtTheDecisionWasNeverSent) {
  On("users").Fail(absl::NotFoundError("none"));
  Options options = With(FailFast());
  options.max_concurrency = 1;
  const auto settled = GatherSettled(client(), options, std::vector(2, To("users")));
  EXPECT_EQ(settled[1].disposition(), Disposition::kNotStarted);
  EXPECT_EQ(On("users").calls().size(), 1);
}

TEST_F(ScriptedClientTest, WhatPropagateAndShieldsLeaveRunningIsDetached) {
  On("users").Hang();
  On("posts").Fail(absl::NotFoundError("none"));
  const auto propagated = GatherSettled(client(), With(Propagate()), To("users"), To("posts"));
  EXPECT_EQ(propagated.get<0>().disposition(), Disposition::kDetached);
  const auto shielded =
      GatherSettled(client(), With(FailFast()), To("users").Shielded(), To("posts"));
  EXPECT_EQ(shielded.get<0>().disposition(), Disposition::kDetached);
}

TEST_F(ScriptedClientTest, WithoutATimeoutAHangingGatherWaitsForItsCancel) {
  On("users").Hang();
  auto future = AsyncGather(client(), To("users"));
  future.Cancel();
  EXPECT_TRUE(absl::IsCancelled(future.Get().status()));
}

TEST_F(ScriptedClientTest, DefaultsAreFilledIn) {
  On("users").Hang();
  Options options;
  options.defaults.Timeout(absl::Seconds(3)).Metadata("x-tenant", "blue").Metadata("x-a", "1");
  const auto settled = GatherSettled(client(), options, To("users").Metadata("x-a", "2"));
  EXPECT_EQ(settled.get<0>().cause(), Cause::kSubCallDeadline);
  const v1::SubCall call = On("users").calls()[0];
  EXPECT_EQ(call.timeout().seconds(), 3);
  ASSERT_EQ(call.metadata_size(), 2);
  EXPECT_EQ(call.metadata(0).value(), "blue");
  EXPECT_EQ(call.metadata(1).value(), "2");
}

TEST_F(ScriptedClientTest, AsCompletedComesInTheOrderOfTheEnds) {
  On("a").Reply(MakeText("a")).Takes(absl::Seconds(2));
  On("b").Fail(absl::NotFoundError("none")).Takes(absl::Seconds(1));
  auto completions = AsCompleted(client(), To("a"), To("b"));
  std::vector<std::uint32_t> order;
  for (auto& [index, outcome] : completions) order.push_back(index);
  EXPECT_EQ(order, (std::vector<std::uint32_t>{1, 0}));
  EXPECT_TRUE(completions.status().ok());
  EXPECT_EQ(completions.summary().failed, 1);
}

TEST_F(ScriptedClientTest, AHangingStreamIsLeftEarly) {
  On("a").Reply(MakeText("a"));
  On("b").Hang();
  for (auto& [index, outcome] : AsCompleted(client(), To("b"), To("a"))) {
    EXPECT_EQ(index, 1);
    break;
  }
  EXPECT_EQ(script_.connection().stream(0)->cancels(), 1);
}

TEST_F(ScriptedClientTest, AGroupGrowsAndIsJoined) {
  On("users").Reply(MakeText("Ada"));
  On("posts").Reply(MakeText("Notes"));
  TaskGroup group(client());
  const Task<Text> user = group.Spawn(To("users"));
  const Task<Text> posts = group.Spawn(To("posts", user.Get()->value()));
  EXPECT_TRUE(group.Wait().ok());
  EXPECT_EQ(posts.outcome()->value(), "Notes");
  EXPECT_EQ(On("posts").calls()[0].request(), MakeText("Ada").SerializeAsString());
  EXPECT_EQ(group.summary().succeeded, 2);
}

TEST_F(ScriptedClientTest, AFailureEndsItsGroup) {
  On("users").Hang();
  On("posts").Fail(absl::NotFoundError("none"));
  TaskGroup group(client());
  const Task<Text> user = group.Spawn(To("users"));
  const Task<Text> posts = group.Spawn(To("posts"));
  EXPECT_TRUE(absl::IsNotFound(group.Wait()));
  EXPECT_EQ(user.outcome().cause(), Cause::kSiblingFailed);
}

TEST_F(ScriptedClientTest, AWithdrawnTaskLetsItsGroupGoOn) {
  On("users").Hang();
  TaskGroup group(client());
  const Task<Text> user = group.Spawn(To("users"));
  user.Cancel();
  EXPECT_TRUE(group.Wait().ok());
  EXPECT_EQ(user.outcome().cause(), Cause::kOwnHandle);
}

TEST_F(ScriptedClientTest, AGroupCanBeEndedEarly) {
  On("users").Hang();
  TaskGroup group(client());
  const Task<Text> user = group.Spawn(To("users"));
  group.EndEarly();
  EXPECT_TRUE(group.Wait().ok());
  EXPECT_EQ(user.outcome().cause(), Cause::kGroupEnded);
}

TEST_F(ScriptedClientTest, AGroupsTimeoutPassesWhenSomethingHangs) {
  On("users").Hang();
  Options options;
  options.timeout = absl::Seconds(1);
  On("posts").Reply(MakeText("Notes"));
  TaskGroup group(client(), options);
  const Task<Text> posts = group.Spawn(To("posts"));
  const Task<Text> user = group.Spawn(To("users"));
  EXPECT_TRUE(absl::IsDeadlineExceeded(group.Wait()));
  EXPECT_TRUE(posts.outcome().ok());
  EXPECT_EQ(user.outcome().cause(), Cause::kGatherDeadline);
}

TEST_F(ScriptedClientTest, AGroupOfTooFewIsRefusedWhenItIsJoined) {
  On("users").Reply(MakeText("Ada"));
  TaskGroup group(client(), With(Quorum(2)));
  const Task<Text> user = group.Spawn(To("users"));
  EXPECT_TRUE(absl::IsInvalidArgument(group.Wait()));
}

TEST_F(ScriptedClientTest, CopiesOfTheClientKeepTheScript) {
  std::optional<ScriptedClient> script(std::in_place);
  script->On("users", "/demo.Names/Get").Reply(MakeText("Ada"));
  const Client client = script->client();
  script.reset();
  EXPECT_TRUE(Gather(client, To("users")).ok());
}

}  // namespace
}  // namespace gather::testing
