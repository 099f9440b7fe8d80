#include "cli/conclusion.h"

#include <signal.h>

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "cli/roster.h"
#include "gather/refusal.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"

namespace gather::cli {
namespace {

Conclusion Decided(v1::Verdict verdict, int signal = 0) {
  Conclusion conclusion;
  conclusion.summary.emplace().mutable_decision()->set_verdict(verdict);
  conclusion.signal = signal;
  return conclusion;
}

Conclusion Lost(absl::Status status, int signal = 0) {
  return {std::nullopt, std::move(status), signal};
}

TEST(ExitStatusTest, IsTheVerdicts) {
  EXPECT_EQ(ExitStatusOf(Decided(v1::VERDICT_SATISFIED)), 0);
  EXPECT_EQ(ExitStatusOf(Decided(v1::VERDICT_FAILED)), 1);
  EXPECT_EQ(ExitStatusOf(Decided(v1::VERDICT_DEADLINE_EXCEEDED)), 3);
}

TEST(ExitStatusTest, OfACancelledGatherTellsWhoCancelled) {
  EXPECT_EQ(ExitStatusOf(Decided(v1::VERDICT_CANCELLED, SIGINT)), 130);
  EXPECT_EQ(ExitStatusOf(Decided(v1::VERDICT_CANCELLED)), 4);  // the server shuts down
  EXPECT_EQ(ExitStatusOf(Lost(absl::CancelledError(""), SIGTERM)), 143);
}

TEST(ExitStatusTest, ASignalThatComesTooLateChangesNothing) {
  EXPECT_EQ(ExitStatusOf(Decided(v1::VERDICT_SATISFIED, SIGINT)), 0);
}

TEST(ExitStatusTest, WithoutAServerIsFour) {
  EXPECT_EQ(ExitStatusOf(Lost(absl::UnavailableError("connection refused"))), 4);
  EXPECT_EQ(ExitStatusOf(Lost(absl::UnimplementedError("unknown service"))), 4);
}

TEST(ExitStatusTest, OfARefusalIsOne) {
  EXPECT_EQ(ExitStatusOf(Lost(internal::MakeRefusal(absl::StatusCode::kUnimplemented, "NOT_YET",
                                                    "calls[0].retry", "not yet"))),
            1);
  EXPECT_EQ(ExitStatusOf(Lost(absl::NotFoundError("no target"))), 1);
  EXPECT_EQ(ExitStatusOf(Lost(absl::DeadlineExceededError("late"))), 3);
}

TEST(HeadlineTest, NamesTheCallThatFailedTheGather) {
  v1::GatherRequest request;
  request.add_calls()->set_id("ada");
  Conclusion conclusion = Decided(v1::VERDICT_FAILED);
  v1::Decision& decision = *conclusion.summary->mutable_decision();
  decision.set_decided_by(0);
  decision.mutable_status()->set_code(5);
  decision.mutable_status()->set_message("no user");
  EXPECT_EQ(Headline(conclusion, Roster(request, {nullptr})),
            "failed in 0.0 ms: call 0 \"ada\": NOT_FOUND: no user");
}

TEST(HeadlineTest, TellsWhoDecidedWhereOneDoes) {
  v1::GatherRequest request;
  request.add_calls();
  Conclusion conclusion = Decided(v1::VERDICT_SATISFIED);
  conclusion.summary->mutable_decision()->set_decided_by(0);
  EXPECT_EQ(Headline(conclusion, Roster(request, {nullptr})), "satisfied in 0.0 ms");
  request.mutable_policy()->set_mode(v1::MODE_ANY);
  EXPECT_EQ(Headline(conclusion, Roster(request, {nullptr})),
            "satisfied in 0.0 ms, decided by call 0");
}

}  // namespace
}  // namespace gather::cli
