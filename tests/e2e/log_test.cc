// What the real gatherd writes about gathers, and that nobody waits for who reads it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "tests/e2e/admin_fixture.h"
#include "tests/support/behavior.h"

namespace gather::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kCall[] = "calls { target: 'users' method: '/S/M' request: 'the secret' }";
constexpr char kFail[] =
    "calls { target: 'users' method: '/S/Fail' metadata { key: 'x-test-code' value: '5' } }";

class LogTest : public AdminFixture {
 protected:
  // The lines of that event, each read by a JSON parser.
  std::vector<google::protobuf::Struct> WaitForJson(const std::string& event, std::size_t count) {
    std::vector<google::protobuf::Struct> parsed;
    for (const std::string& line :
         gatherd().WaitForLines(absl::StrCat("\"event\":\"", event, "\""), count)) {
      EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(line, &parsed.emplace_back()).ok())
          << line;
    }
    return parsed;
  }
};

std::string Text(const google::protobuf::Struct& line, const std::string& field) {
  const auto found = line.fields().find(field);
  return found == line.fields().end() ? "none" : found->second.string_value();
}

TEST_F(LogTest, AsJsonEachLineIsOneObjectWhateverACallerWrites) {
  Start({"--log_format=json"});
  EXPECT_FALSE(Gather(absl::StrCat(R"(label: "a \"b\" \\ {" )", kFail)).ok());
  const auto lines = WaitForJson("gather_failed", 1);
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(Text(lines[0], "label"), "a \"b\" \\ {");
  EXPECT_EQ(Text(lines[0], "level"), "warning");
  EXPECT_EQ(lines[0].fields().at("failed").number_value(), 1);
}

TEST_F(LogTest, TheAuditLogSaysWhoAskedForWhatAndWhatCameOfItButNoPayload) {
  StartWithFile(R"("logging": {"audit": true, "level": "error"})");
  EXPECT_TRUE(Gather(absl::StrCat("policy { mode: MODE_COLLECT } ", kCall, kCall, kFail)).ok());
  const auto lines = gatherd().WaitForEvents("audit", 1);
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], HasSubstr("rpc=Gather label=\"\" mode=COLLECT verdict=SATISFIED "
                                  "calls=\"users /S/Fail FAILED=1; users /S/M SUCCEEDED=2\""));
  EXPECT_THAT(lines[0], Not(HasSubstr("secret")));
}

TEST_F(LogTest, TheAuditLogHasStreamedGathersAndRefusedRequestsToo) {
  StartWithFile(R"("logging": {"audit": true, "format": "LOG_FORMAT_JSON"})");
  grpc::ClientContext context;
  const auto reader = AsCompleted(absl::StrCat(kCall, kCall), &context);
  v1::GatherEvent event;
  while (reader->Read(&event)) {
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_FALSE(Gather("calls { target: 'users' method: 'M' }").ok());
  const auto lines = WaitForJson("audit", 2);
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_EQ(Text(lines[0], "rpc"), "AsCompleted");
  const auto& calls = lines[0].fields().at("calls").list_value();
  ASSERT_EQ(calls.values_size(), 1);
  EXPECT_EQ(calls.values(0).string_value(), "users /S/M SUCCEEDED=2");
  EXPECT_EQ(Text(lines[1], "refused"), "BAD_METHOD");
}

constexpr char kTrace[] = "4bf92f3577b34da6a3ce929d0e0e4736";

TEST_F(LogTest, TheSpansOfASampledGatherHangTogetherDownToWhatTheBackendWasSent) {
  StartWithFile(R"("logging": {"spans": true, "format": "LOG_FORMAT_JSON"})");
  grpc::ClientContext context;
  context.AddMetadata("traceparent", absl::StrCat("00-", kTrace, "-00f067aa0ba902b7-01"));
  EXPECT_TRUE(Gather(kCall, &context).ok());
  std::map<std::string, google::protobuf::Struct> spans;
  for (const auto& line : WaitForJson("span", 3)) spans[Text(line, "kind")] = line;
  ASSERT_THAT(spans, SizeIs(3));
  EXPECT_EQ(Text(spans["gather"], "trace_id"), kTrace);
  EXPECT_EQ(Text(spans["gather"], "parent_span_id"), "00f067aa0ba902b7");
  EXPECT_EQ(Text(spans["sub_call"], "parent_span_id"), Text(spans["gather"], "span_id"));
  EXPECT_EQ(Text(spans["attempt"], "parent_span_id"), Text(spans["sub_call"], "span_id"));
  EXPECT_EQ(Text(spans["attempt"], "name"), "users /S/M");
  EXPECT_EQ(Text(spans["attempt"], "disposition"), "SUCCEEDED");
  const auto records = backend().records();
  ASSERT_THAT(records, SizeIs(1));
  const std::string* const sent = FindMetadata(records[0].call, "traceparent");
  ASSERT_NE(sent, nullptr);
  EXPECT_EQ(*sent, absl::StrCat("00-", kTrace, "-", Text(spans["attempt"], "span_id"), "-01"));
}

TEST_F(LogTest, AGatherWhoseTraceIsNotSampledHasNoSpans) {
  StartWithFile(R"("logging": {"spans": true, "audit": true})");
  grpc::ClientContext context;
  context.AddMetadata("traceparent", absl::StrCat("00-", kTrace, "-00f067aa0ba902b7-00"));
  EXPECT_TRUE(Gather(kCall, &context).ok());
  EXPECT_TRUE(Gather(kCall).ok());
  EXPECT_THAT(gatherd().WaitForEvents("audit", 2), SizeIs(2));
  EXPECT_TRUE(gatherd().WaitForEvents("span", 0).empty());
}

TEST_F(LogTest, ALogThatNobodyReadsHoldsUpNoGather) {
  StartWithFile(R"("logging": {"audit": true})");
  const std::string label(256, 'x');
  const auto nobody = gatherd().StopReading();
  for (int i = 0; i < 500; ++i) {  // more than the pipe takes
    ASSERT_TRUE(Gather(absl::StrCat("label: '", label, "' ", kCall)).ok());
  }
}

}  // namespace
}  // namespace gather::test
