#include "engine/forwarded.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/caller.h"
#include "engine/caller_metadata.h"
#include "engine/hop_path.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr char kParent[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

class ForwardedTest : public ::testing::Test {
 protected:
  std::vector<std::pair<std::string, std::string>> Added(std::uint64_t slot = 0,
                                                         std::uint64_t attempt = 0) {
    return MetadataToAdd(forwarded_, {&target_, method_, &metadata_, slot, attempt});
  }

  Target target_;
  std::string method_ = "/demo.Users/Get";
  std::vector<const v1::Metadata*> metadata_;
  Forwarded forwarded_;
};

TEST_F(ForwardedTest, NothingIsAddedWhereNothingIsKnown) { EXPECT_THAT(Added(), IsEmpty()); }

TEST_F(ForwardedTest, EachAttemptIsASpanOfTheCallersTrace) {
  forwarded_.trace = ReadTraceContext({kParent}, {"a=b"});
  const auto first = Added();
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].first, "traceparent");
  const auto sent = ReadTraceContext({first[0].second}, {});
  ASSERT_TRUE(sent) << first[0].second;
  EXPECT_EQ(sent->trace_id, forwarded_.trace->trace_id);
  EXPECT_NE(sent->span, forwarded_.trace->span);
  EXPECT_TRUE(sent->sampled);
  EXPECT_THAT(first[1], Pair("tracestate", "a=b"));
  EXPECT_NE(Added(0, 1)[0].second, first[0].second);
  EXPECT_NE(Added(1, 0)[0].second, first[0].second);
}

TEST_F(ForwardedTest, ATraceThatTheSubCallNamesItselfIsLeftAlone) {
  forwarded_.trace = ReadTraceContext({kParent}, {"a=b"});
  v1::Metadata own;
  own.set_key("traceparent");
  metadata_.push_back(&own);
  EXPECT_THAT(Added(), IsEmpty());
}

TEST_F(ForwardedTest, OnlyTargetsThatWantToKnowAreToldWhoAsks) {
  forwarded_.principal = "web";
  EXPECT_THAT(Added(), IsEmpty());
  target_.forward_principal = true;
  EXPECT_THAT(Added(), ElementsAre(Pair("gather-principal", "web")));
  forwarded_.principal.clear();
  EXPECT_THAT(Added(), IsEmpty());
}

// semantics 80
TEST_F(ForwardedTest, CallsToGatherServicesAreSentAlongAPath) {
  forwarded_.hop_path = "aa";
  EXPECT_THAT(Added(), IsEmpty());
  method_ = "/gather.v1.GatherService/Gather";
  EXPECT_THAT(Added(), ElementsAre(Pair("gather-path", absl::StrCat("aa,", InstanceId()))));
}

TEST(CallerMetadataTest, OnlyTraceAndPathAreTaken) {
  CallerMetadata metadata;
  metadata.Add("authorization", "Bearer x");
  metadata.Add("traceparent", kParent);
  metadata.Add("tracestate", "a=b");
  metadata.Add("gather-principal", "root");
  metadata.Add("tracestate", "c=d");
  metadata.Add("gather-path", "aa");
  metadata.Add("gather-path", "bb");
  Caller caller;
  metadata.GiveTo(&caller);
  EXPECT_EQ(caller.hop_path, "aa,bb");
  ASSERT_TRUE(caller.trace);
  EXPECT_EQ(caller.trace->state, "a=b,c=d");
  EXPECT_EQ(caller.principal, nullptr);
}

TEST(CallerMetadataTest, AStateWithoutAParentIsIgnored) {
  CallerMetadata metadata;
  metadata.Add("tracestate", "a=b");
  Caller caller;
  metadata.GiveTo(&caller);
  EXPECT_FALSE(caller.trace);
}

}  // namespace
}  // namespace gather::engine
