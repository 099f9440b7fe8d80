// That docs/operating.md shows what an operator sees.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "tests/e2e/admin_fixture.h"

namespace gather::test {
namespace {

using JsonValue = google::protobuf::Value;
using ::testing::HasSubstr;

std::string Document() {
  std::ifstream file("docs/operating.md");
  return {std::istreambuf_iterator<char>(file), {}};
}

// What stands below the command that begins so, up to the end of its block.
std::string ShownBelow(const std::string& command) {
  const std::string document = Document();
  const std::size_t found = document.find("$ " + command);
  EXPECT_NE(found, std::string::npos) << command;
  const std::size_t begin = document.find('\n', found) + 1;
  return document.substr(begin, document.find("```", begin) - begin);
}

// The first group of each match.
std::set<std::string> AllOf(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  std::set<std::string> found;
  for (std::sregex_iterator match(text.begin(), text.end(), regex), end; match != end; ++match) {
    found.insert((*match)[1]);
  }
  return found;
}

// The same but for what differs from run to run: ids, addresses and times.
void ExpectAlike(const JsonValue& shown, const JsonValue& seen, const std::string& name) {
  ASSERT_EQ(shown.kind_case(), seen.kind_case()) << name;
  if (absl::EndsWith(name, "seconds") || absl::StartsWith(name, "seconds")) return;
  if (name == "gather_id" || name == "address") return;
  if (shown.has_struct_value()) {
    const auto& fields = shown.struct_value().fields();
    EXPECT_EQ(fields.size(), seen.struct_value().fields().size()) << name;
    for (const auto& [key, value] : fields) {
      ASSERT_TRUE(seen.struct_value().fields().contains(key)) << key;
      ExpectAlike(value, seen.struct_value().fields().at(key), key);
    }
  } else if (shown.has_list_value()) {
    ASSERT_EQ(shown.list_value().values_size(), seen.list_value().values_size()) << name;
    for (int i = 0; i < shown.list_value().values_size(); ++i) {
      ExpectAlike(shown.list_value().values(i), seen.list_value().values(i), name);
    }
  } else {
    EXPECT_EQ(shown.ShortDebugString(), seen.ShortDebugString()) << name;
  }
}

class OperatingTest : public AdminFixture {
 protected:
  // What the document's curls were shown after.
  void RunTheDocumentsGathers() {
    EXPECT_TRUE(Gather(R"(label: "home page" policy { mode: MODE_COLLECT }
                          defaults { target: "users" method: "/demo.Users/GetUser" }
                          calls { id: "me" } calls { id: "you" }
                          calls { id: "avatar" method: "/demo.Users/GetAvatar"
                                  metadata { key: "x-test-code" value: "5" } })")
                    .ok());
    EXPECT_FALSE(Gather("calls { target: 'posts' method: '/demo.Posts/List' }").ok());
  }
};

TEST_F(OperatingTest, TheMetricsThatItShowsAreThoseOfAScrape) {
  Start();
  RunTheDocumentsGathers();
  std::string seen;
  const std::regex grepped("gather_(gathers|sub_calls|sub_call_failures|refusals)_total.*[^ ]");
  const std::string scraped = Get("/metrics").body;
  for (const absl::string_view line : absl::StrSplit(scraped, '\n')) {
    if (std::regex_match(std::string(line), grepped) && !absl::EndsWith(line, " 0")) {
      absl::StrAppend(&seen, line, "\n");
    }
  }
  EXPECT_EQ(ShownBelow("curl -s http://127.0.0.1:9464/metrics"), seen);
}

TEST_F(OperatingTest, TheStateThatItShowsIsThatOfAServerDoingThat) {
  Start({"--max_concurrency=1"});
  grpc::ClientContext context;
  const auto reader = AsCompleted(
      R"(label: "home page" timeout { seconds: 60 }
         defaults { target: "users" method: "/demo.Users/GetUser"
                    metadata { key: "x-test-hang" value: "1" } }
         calls { id: "me" } calls { id: "you" })",
      &context);
  ASSERT_TRUE(backend().WaitForCalls(1));
  JsonValue shown;
  JsonValue seen;
  ASSERT_TRUE(
      google::protobuf::util::JsonStringToMessage(
          ShownBelow("curl -s http://127.0.0.1:9464/debug/state"), shown.mutable_struct_value())
          .ok());
  *seen.mutable_struct_value() = State();
  ExpectAlike(shown, seen, "state");
  if (::testing::Test::HasFailure()) std::printf("%s\n", Get("/debug/state").body.c_str());
  context.TryCancel();
}

TEST_F(OperatingTest, EveryMetricIsExplainedAndNoneThatThereIsNot) {
  StartWithLimits(R"("max_in_flight": 100)");
  RunTheDocumentsGathers();
  std::string section = Document();
  section = section.substr(section.find("### Metrics"));
  section = section.substr(0, section.find("### Logs"));
  EXPECT_EQ(AllOf(section, R"(\n\| `((?:gather|process)_[a-z_]+)`)"),
            AllOf(Get("/metrics").body, "# TYPE ([a-z_]+) "));
}

TEST_F(OperatingTest, EveryReasonHasAnEntryInTheRunbook) {
  std::ifstream file("docs/refusals.md");
  const std::string refusals{std::istreambuf_iterator<char>(file), {}};
  const std::string document = Document();
  const std::string runbook = document.substr(document.find("## Runbook by refusal"));
  const std::string requests = refusals.substr(0, refusals.find("## Gathers that fail"));
  for (const std::string& reason : AllOf(requests, R"(\n\| `([A-Z_]+)`)")) {
    if (reason == "ON_WORKER_THREAD") continue;  // the SDK's alone
    EXPECT_THAT(runbook, HasSubstr(absl::StrCat("`", reason, "`")));
  }
}

}  // namespace
}  // namespace gather::test
