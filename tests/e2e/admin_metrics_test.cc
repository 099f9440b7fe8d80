// What a scrape of the real gatherd says after the real thing has happened.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/e2e/admin_fixture.h"

namespace gather::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kCall[] = "calls { target: 'users' method: '/S/M' }";
constexpr char kHang[] =
    "calls { target: 'users' method: '/S/Hang' metadata { key: 'x-test-hang' value: '1' } }";
constexpr char kFail[] =
    "calls { target: 'users' method: '/S/Fail' metadata { key: 'x-test-code' value: '5' } }";

class AdminMetricsTest : public AdminFixture {
 protected:
  std::string SubCalls(const std::string& method, const std::string& rest) {
    return Value(absl::StrCat("gather_sub_calls_total{target=\"users\",method=\"", method, "\",",
                              rest, "}"));
  }
};

TEST_F(AdminMetricsTest, AGatherMovesWhatIsAboutGathersAndItsSubCalls) {
  Start();
  ASSERT_TRUE(Gather(absl::StrCat(kCall, kCall)).ok());
  EXPECT_EQ(Value(R"(gather_accepted_total{rpc="Gather"})"), "1");
  EXPECT_EQ(Value(R"(gather_gathers_total{mode="FAIL_FAST",verdict="SATISFIED"})"), "1");
  EXPECT_EQ(SubCalls("/S/M", R"(disposition="SUCCEEDED",origin="NONE",cause="NONE")"), "2");
  EXPECT_EQ(Value(R"(gather_sub_call_duration_seconds_count{target="users",method="/S/M"})"), "2");
  EXPECT_EQ(Value(R"(gather_reply_size_bytes_count{target="users",method="/S/M"})"), "2");
  EXPECT_EQ(Value(R"(gather_sub_call_queue_seconds_count{target="users"})"), "2");
  EXPECT_EQ(Value(R"(gather_attempts_total{target="users"})"), "2");
  EXPECT_EQ(Value("gather_duration_seconds_count"), "1");
  EXPECT_EQ(Value("gather_overhead_seconds_count"), "1");
}

TEST_F(AdminMetricsTest, AFailureMovesItsCodeAndTheCancelOfItsSibling) {
  Start();
  EXPECT_FALSE(Gather(absl::StrCat(kHang, kFail)).ok());
  EXPECT_EQ(Value(R"(gather_gathers_total{mode="FAIL_FAST",verdict="FAILED"})"), "1");
  EXPECT_EQ(Value(R"(gather_sub_call_failures_total{target="users",code="NOT_FOUND"})"), "1");
  EXPECT_EQ(Value(R"(gather_cancels_total{cause="SIBLING_FAILED"})"), "1");
  EXPECT_EQ(SubCalls("/S/Hang",
                     R"(disposition="CANCELLED",origin="ORCHESTRATOR",cause="SIBLING_FAILED")"),
            "1");
}

TEST_F(AdminMetricsTest, WhatRunsMovesTheGaugesUpAndDown) {
  Start({"--max_concurrency=1"});
  grpc::ClientContext context;
  const auto reader = AsCompleted(absl::StrCat(kHang, kHang), &context);
  ASSERT_TRUE(backend().WaitForCalls(1));
  EXPECT_EQ(Value("gather_gathers_in_flight"), "1");
  EXPECT_EQ(Value("gather_sub_calls_in_flight"), "1");
  EXPECT_EQ(Value("gather_sub_calls_queued"), "1");
  context.TryCancel();
  EXPECT_EQ(WaitForValue("gather_gathers_in_flight", "0"), "0");
  EXPECT_EQ(Value("gather_sub_calls_in_flight"), "0");
  EXPECT_EQ(Value("gather_sub_calls_queued"), "0");
  EXPECT_EQ(Value(R"(gather_cancels_total{cause="CALLER"})"), "1");
}

TEST_F(AdminMetricsTest, WhatIsDetachedIsShownAndItsFailureCounted) {
  Start();
  backend().Hold("/S/Late");
  EXPECT_FALSE(Gather(absl::StrCat("policy { mode: MODE_PROPAGATE } ", kFail,
                                   "calls { target: 'users' method: '/S/Late' "
                                   "metadata { key: 'x-test-code' value: '13' } }"))
                   .ok());
  EXPECT_EQ(Value("gather_detached_in_flight"), "1");
  EXPECT_EQ(Value("gather_gathers_in_flight"), "0");
  backend().Release("/S/Late");
  EXPECT_EQ(WaitForValue("gather_detached_in_flight", "0"), "0");
  EXPECT_EQ(Value(R"(gather_detached_failures_total{target="users"})"), "1");
}

TEST_F(AdminMetricsTest, RefusalsMoveByReasonAndLevel) {
  Start();
  EXPECT_FALSE(Gather("calls { target: 'users' method: 'M' }").ok());
  EXPECT_EQ(Value(R"(gather_refusals_total{level="request",reason="BAD_METHOD"})"), "1");
  EXPECT_TRUE(Gather("policy { mode: MODE_COLLECT } calls { target: 'me' method: '/S/M' }").ok());
  EXPECT_EQ(Value(R"(gather_refusals_total{level="slot",reason="UNKNOWN_TARGET"})"), "1");
}

TEST_F(AdminMetricsTest, ALoweredTimeoutMovesTheClamps) {
  Start({"--max_timeout=5s"});
  EXPECT_TRUE(Gather(absl::StrCat("timeout { seconds: 60 } ", kCall)).ok());
  EXPECT_EQ(Value("gather_clamped_total"), "1");
}

TEST_F(AdminMetricsTest, WhatCallersWriteMakesNoLabelsWithoutEnd) {
  Start();
  std::string request = "policy { mode: MODE_COLLECT }";
  for (int i = 0; i < 200; ++i) {
    absl::StrAppend(&request, " calls { target: 'users' method: '/S/Made", i, "' }");
    absl::StrAppend(&request, " calls { target: 'made-up-", i, "' method: '/S/M' }");
  }
  ASSERT_TRUE(Gather(request).ok());
  const std::string metrics = Get("/metrics").body;
  EXPECT_THAT(metrics, HasSubstr("\"/S/Made63\""));
  EXPECT_THAT(metrics, Not(HasSubstr("\"/S/Made64\"")));
  EXPECT_THAT(metrics, Not(HasSubstr("made-up")));
  EXPECT_EQ(SubCalls("other", R"(disposition="SUCCEEDED",origin="NONE",cause="NONE")"), "136");
}

TEST_F(AdminMetricsTest, AFloodOfFailuresDoesNotBecomeAFloodOfLines) {
  Start();
  const std::string dropped = R"(gather_log_lines_dropped_total{why="rate"})";
  for (int i = 0; i < 10'000 && Value(dropped) == "0"; i += 500) {
    for (int j = 0; j < 500; ++j) EXPECT_FALSE(Gather(kFail).ok());
  }
  EXPECT_NE(Value(dropped), "0");
}

TEST_F(AdminMetricsTest, ATargetsPermitsAreShownWhileTheyAreHeldAndWaitedFor) {
  StartWithLimits(R"("max_in_flight": 1)");
  EXPECT_EQ(Value(R"(gather_target_permits{target="users"})"), "1");
  grpc::ClientContext context;
  const auto reader = AsCompleted(absl::StrCat(kHang, kHang), &context);
  ASSERT_TRUE(backend().WaitForCalls(1));
  EXPECT_EQ(Value(R"(gather_target_permits_held{target="users"})"), "1");
  EXPECT_EQ(WaitForValue(R"(gather_target_waiting{target="users"})", "1"), "1");
  context.TryCancel();
  EXPECT_EQ(WaitForValue(R"(gather_target_permits_held{target="users"})", "0"), "0");
  EXPECT_EQ(Value(R"(gather_target_waiting{target="users"})"), "0");
}

TEST_F(AdminMetricsTest, WhatALimitWouldHaveRefusedIsCountedInADryRun) {
  StartWithFile(R"("limits": {"max_sub_calls": 1, "dry_run": true,
                   "principal": {"sub_calls_per_second": 1, "dry_run": true}})");
  EXPECT_TRUE(Gather(absl::StrCat(kCall, kCall)).ok());  // leaves a debt to the quota
  EXPECT_TRUE(Gather(absl::StrCat(kCall, kCall)).ok());
  EXPECT_EQ(Value(R"(gather_dry_run_total{limit="server"})"), "2");
  EXPECT_EQ(Value(R"(gather_dry_run_total{limit="quota"})"), "1");
}

TEST_F(AdminMetricsTest, TheServerSaysWhatItIsAndRunsWith) {
  Start();
  EXPECT_EQ(Value("gather_configuration_version"), "1");
  EXPECT_EQ(Value(R"(gather_configuration_reloads_total{result="refused"})"), "0");
  EXPECT_EQ(Value("gather_draining"), "0");
  EXPECT_NE(Value("process_resident_memory_bytes"), "none");
  EXPECT_NE(Value(R"(gather_worker_lag_seconds{worker="0"})"), "none");
}

}  // namespace
}  // namespace gather::test
