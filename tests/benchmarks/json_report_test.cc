#include "benchmarks/json_report.h"

#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>

#include "benchmarks/json.h"
#include "benchmarks/line.h"
#include "benchmarks/targets.h"

namespace gather::benchmarks {
namespace {

using ::testing::HasSubstr;

TEST(JsonTextTest, EscapesWhatMustBe) {
  EXPECT_EQ(JsonText("plain"), "\"plain\"");
  EXPECT_EQ(JsonText("a \"b\" \\ c"), R"("a \"b\" \\ c")");
  EXPECT_EQ(JsonText("tab\tline\n"), R"("tab\u0009line\u000a")");
  EXPECT_EQ(JsonText("×"), "\"×\"");
}

TEST(JsonNumberTest, IsNullWhereThereIsNone) {
  EXPECT_EQ(JsonNumber(0.25), "0.25");
  EXPECT_EQ(JsonNumber(100'000), "100000");
  EXPECT_EQ(JsonNumber(std::nullopt), "null");
  EXPECT_EQ(JsonNumber(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(JsonNumber(std::numeric_limits<double>::quiet_NaN()), "null");
}

TEST(JsonObjectTest, HoldsItsMembersInOrder) {
  EXPECT_EQ(JsonObject().ToString(), "{}");
  EXPECT_EQ(JsonObject().Add("b", "1").Add("a", JsonText("x")).ToString(), R"({"b": 1, "a": "x"})");
}

Report OneLine() {
  Line line;
  line.shape = {"1000-slow", {.calls = 1000, .payload_bytes = 1 << 20, .slow = true}};
  line.door = "gatherd";
  line.pairs = 3;
  line.to_raw = 1.25;
  line.errors = 2;
  const Judgement judgement = {"\"it\"", ">= 0.82", 0.5, Verdict::kNotMet};
  return {.machine = {.cpu = "Some \\ CPU", .cores = 2, .kernel = "Linux 6", .grpc = "1.51.1"},
          .date = "2024-02-29",
          .pairs = 7,
          .lines = {line, line},
          .targets = {judgement}};
}

TEST(ToJsonTest, GivesLinesAndVerdictsToPrograms) {
  const std::string json = ToJson(OneLine());
  EXPECT_THAT(json, HasSubstr(R"("date": "2024-02-29", "pairs": 7)"));
  EXPECT_THAT(json, HasSubstr(R"({"shape": "1000-slow", "calls": 1000, "at_once": 1, )"
                              R"("payload_bytes": 1048576, "levels": 1, "slow": true, )"
                              R"("door": "gatherd", "pairs": 3, )"));
  EXPECT_THAT(json, HasSubstr(R"("to_raw": 1.25, "to_raw_least": null)"));
  EXPECT_THAT(json, HasSubstr(R"("errors": 2)"));
  EXPECT_THAT(json, HasSubstr(R"({"what": "\"it\"", "asked": ">= 0.82", "measured": 0.5, )"
                              R"("verdict": "not met"})"));
}

TEST(ToJsonTest, IsRead) {
  google::protobuf::Struct read;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(ToJson(OneLine()), &read).ok());
  EXPECT_EQ(read.fields().at("machine").struct_value().fields().at("cpu").string_value(),
            "Some \\ CPU");
  EXPECT_EQ(read.fields().at("lines").list_value().values_size(), 2);
}

}  // namespace
}  // namespace gather::benchmarks
