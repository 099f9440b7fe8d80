#include <grpcpp/support/slice.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "engine/gather_run.h"
#include "engine/rpc_status.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/engine/gather_run_fixture.h"

namespace gather::engine {
namespace {

class GatherRunRefusedTest : public GatherRunTest {
 protected:
  static const std::uint8_t* BytesOf(const Outcome& outcome) {
    grpc::ByteBuffer copy(outcome.response);
    grpc::Slice slice;
    EXPECT_TRUE(copy.TrySingleSlice(&slice).ok());
    return slice.begin();
  }
};

// semantics 47
TEST_F(GatherRunRefusedTest, AnAddThatAGatherWouldRefuseIsRejected) {
  Add(Open(""), "method: 'nothing of the kind'");
  Settle();
  EXPECT_EQ(outcome(0).disposition, v1::DISPOSITION_REJECTED);
  EXPECT_EQ(answer().decision.status().code(), 3);
}

// semantics 47, 74
TEST_F(GatherRunRefusedTest, NoFallbackStandsInForWhatAGatherWouldRefuse) {
  for (const char* wrong : {"requirement: 7", "target: '127.0.0.1:80'", "method: 'x'"}) {
    answers_.clear();
    outcomes_.clear();
    gathers_ = 0;
    Add(Open(""), absl::StrCat(wrong, " fallback { response: 'instead' }"));
    Settle();
    EXPECT_EQ(outcome(0).disposition, v1::DISPOSITION_REJECTED) << wrong;
  }
}

TEST_F(GatherRunRefusedTest, TheDetailsStayWithinTheirBoundWhateverWasAdded) {
  Add(Open(""), absl::StrCat("method: '", std::string(100'000, 'm'), "'"));
  Settle();
  const RpcStatus status = ToRpcStatus(answer());
  EXPECT_EQ(status.code, 3);
  EXPECT_LE(status.details.size(), 4096u);
  Add(Open("policy { mode: MODE_COLLECT max_failures: 0 }"),
      absl::StrCat("target: '", std::string(100'000, 't'), "'"));
  Settle();
  ASSERT_EQ(answers_.size(), 2u);
  EXPECT_LE(answers_.back().failures.front().target.size(), 128u);
}

// semantics 12: a failure that was there before is told, though another one decides.
TEST_F(GatherRunRefusedTest, EveryRefusedSlotIsRejectedThoughTheFirstOneDecides) {
  const std::string refused = " calls { metadata { key: 'authorization' value: 'x' } }";
  Run(absl::StrCat(Calls(0, kFailFast), refused, " calls {}", refused));
  EXPECT_EQ(outcome(0).disposition, v1::DISPOSITION_REJECTED);
  ExpectStopped(1, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SIBLING_FAILED);
  EXPECT_EQ(outcome(2).disposition, v1::DISPOSITION_REJECTED);
  EXPECT_EQ(answer().decision.decided_by(), 0u);
}

// semantics 48
TEST_F(GatherRunRefusedTest, TheDefaultsFallbackIsThereOnceForAllWhoNeedIt) {
  Stream(absl::StrCat("policy { mode: MODE_COLLECT } defaults { target: 'nobody' method: '/S/M' ",
                      "fallback { response: '", std::string(10'000, 'x'),
                      "' } } calls {} calls {}"));
  EXPECT_TRUE(outcome(0).from_fallback);
  EXPECT_EQ(BytesOf(outcome(0)), BytesOf(outcome(1)));
}

TEST_F(GatherRunRefusedTest, AnAddsTimeoutThatWasShortenedIsTold) {
  GatherRun* const group = Open("");
  Add(group, "timeout { seconds: 7200 }");
  Settle();
  group->EndEarly();
  Settle();
  EXPECT_TRUE(answer().plan.clamped);
}

// semantics 59
TEST_F(GatherRunRefusedTest, MoreThanOneQuantumOfThemExpireAndAllAreTold) {
  std::string text = "defaults { target: 'users' method: '/S/M' timeout { seconds: 1 } } ";
  absl::StrAppend(&text, kCollect, " max_concurrency: 1");
  for (int i = 0; i < 5'000; ++i) absl::StrAppend(&text, " calls {}");
  Run(text);
  Advance(std::chrono::seconds(1));
  Succeed(0);
  Settle();
  EXPECT_EQ(answer().summary.not_started(), 4'999u);
}

}  // namespace
}  // namespace gather::engine
