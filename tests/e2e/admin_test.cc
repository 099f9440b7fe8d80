// What an operator asks gatherd over HTTP.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "google/protobuf/struct.pb.h"
#include "tests/e2e/admin_fixture.h"
#include "tests/support/http_get.h"

namespace gather::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class AdminTest : public AdminFixture {};

TEST_F(AdminTest, ItIsHealthyAndReadyAsSoonAsItServes) {
  Start();
  EXPECT_EQ(Get("/healthz").status, 200);
  EXPECT_EQ(Get("/healthz").body, "ok\n");
  EXPECT_EQ(Get("/readyz").status, 200);
  EXPECT_EQ(Get("/readyz").body, "ready\n");
}

TEST_F(AdminTest, WhileItDrainsItIsHealthyButNotReady) {
  Start();
  grpc::ClientContext context;
  const auto reader = AsCompleted(
      "calls { target: 'users' method: '/S/M' metadata { key: 'x-test-hang' value: '1' } }",
      &context);
  ASSERT_TRUE(backend().WaitForCalls(1));
  const std::string admin = gatherd().AdminAddress();
  gatherd().Drain();
  ASSERT_EQ(WaitForValue("gather_draining", "1"), "1");
  EXPECT_EQ(HttpGet(admin, "/readyz").status, 503);
  EXPECT_EQ(HttpGet(admin, "/readyz").body, "draining\n");
  EXPECT_EQ(HttpGet(admin, "/healthz").status, 200);
  EXPECT_TRUE(State().fields().at("draining").bool_value());
  context.TryCancel();
}

TEST_F(AdminTest, AFileSaysHowManyWorkersThereAre) {
  StartWithFile(R"("listener": {"workers": 2})");
  EXPECT_EQ(State().fields().at("workers").list_value().values_size(), 2);
}

TEST_F(AdminTest, OnlyPagesThatItHasAndOnlyToRead) {
  Start();
  const std::string admin = gatherd().AdminAddress();
  EXPECT_EQ(Get("/").status, 404);
  EXPECT_EQ(Get("/etc/passwd").status, 404);
  EXPECT_EQ(HttpGet(admin, "/metrics", "POST").status, 405);
  EXPECT_EQ(HttpGet(admin, "/metrics", "HEAD").status, 200);
  EXPECT_EQ(HttpGet(admin, "/metrics", "HEAD").body, "");
}

TEST_F(AdminTest, CallersPortHasNoneOfIt) {
  Start();
  EXPECT_NE(gatherd().AdminAddress(), gatherd().address());
  for (const char* const path : {"/metrics", "/healthz", "/readyz", "/debug/state"}) {
    EXPECT_NE(HttpGet(gatherd().address(), path).status, 200) << path;
  }
}

TEST_F(AdminTest, TheStateShowsAGatherWithItsSlotsWhileItRuns) {
  Start({"--max_concurrency=1"});
  grpc::ClientContext context;
  const auto reader = AsCompleted(R"(
      label: "home page" policy { mode: MODE_COLLECT }
      defaults { target: "users" method: "/S/M" metadata { key: "x-test-hang" value: "1" } }
      calls { id: "first" request: "secret payload" } calls {})",
                                  &context);
  ASSERT_TRUE(backend().WaitForCalls(1));
  const auto state = State();
  const auto& workers = state.fields().at("workers").list_value();
  ASSERT_EQ(workers.values_size(), 1);
  const auto& worker = workers.values(0).struct_value().fields();
  EXPECT_TRUE(worker.at("answered").bool_value());
  EXPECT_EQ(worker.at("sub_calls_in_flight").number_value(), 1);
  EXPECT_EQ(worker.at("sub_calls_queued").number_value(), 1);
  const auto& gathers = state.fields().at("gathers").list_value();
  ASSERT_EQ(gathers.values_size(), 1);
  const auto& gather = gathers.values(0).struct_value().fields();
  EXPECT_EQ(gather.at("label").string_value(), "home page");
  EXPECT_EQ(gather.at("rpc").string_value(), "AsCompleted");
  EXPECT_EQ(gather.at("mode").string_value(), "COLLECT");
  const auto& slots = gather.at("slots").list_value();
  ASSERT_EQ(slots.values_size(), 2);
  const auto& first = slots.values(0).struct_value().fields();
  EXPECT_EQ(first.at("id").string_value(), "first");
  EXPECT_EQ(first.at("target").string_value(), "users");
  EXPECT_EQ(first.at("method").string_value(), "/S/M");
  EXPECT_EQ(first.at("phase").string_value(), "IN_FLIGHT");
  EXPECT_EQ(slots.values(1).struct_value().fields().at("phase").string_value(), "QUEUED");
  EXPECT_THAT(Get("/debug/state").body, Not(HasSubstr("secret payload")));
  context.TryCancel();
}

TEST_F(AdminTest, TheStateIsBounded) {
  Start();
  grpc::ClientContext context;
  std::string request =
      "defaults { target: 'users' method: '/S/M' metadata { key: 'x-test-hang' value: '1' } }";
  for (int i = 0; i < 30; ++i) request += " calls {}";
  const auto reader = AsCompleted(request, &context);
  ASSERT_TRUE(backend().WaitForCalls(30));
  const auto state = State();
  const auto& gather = state.fields().at("gathers").list_value().values(0).struct_value().fields();
  EXPECT_EQ(gather.at("slots").list_value().values_size(), 20);
  EXPECT_EQ(gather.at("sub_calls_in_flight").number_value(), 30);
  context.TryCancel();
}

TEST_F(AdminTest, TheStateNamesTheTargetsAndTheConfiguration) {
  Start();
  const auto state = State();
  const auto& targets = state.fields().at("targets").list_value();
  ASSERT_EQ(targets.values_size(), 1);
  EXPECT_EQ(targets.values(0).struct_value().fields().at("name").string_value(), "users");
  EXPECT_EQ(targets.values(0).struct_value().fields().at("address").string_value(),
            backend().address());
  const auto& configuration = state.fields().at("configuration").struct_value().fields();
  EXPECT_EQ(configuration.at("version").number_value(), 1);
}

}  // namespace
}  // namespace gather::test
