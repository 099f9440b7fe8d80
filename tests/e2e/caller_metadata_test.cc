#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gather/gather.h"
#include "tests/e2e/door_test.h"
#include "tests/support/behavior.h"
#include "tests/support/call_ledger.h"

// What of a caller's own metadata its sub-calls carry.
namespace gather::test {
namespace {

constexpr char kTrace[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

class CallerMetadataTest : public DoorTest {
 protected:
  // The metadata of the gather's only sub-call, of that key; "none" where there is none.
  std::string Seen(const std::string& key) {
    const CallRecord record = backend().records().back();
    const std::string* const value = FindMetadata(record.call, key);
    return value == nullptr ? "none" : *value;
  }
  void GatherWith(std::vector<std::pair<std::string, std::string>> metadata) {
    Options options;
    options.metadata = std::move(metadata);
    const auto result = Gather(client(), options, CallTo("Name"));
    ASSERT_TRUE(result.ok()) << result.status();
  }
};
INSTANTIATE_TEST_SUITE_P(Doors, CallerMetadataTest, BothDoors(), DoorName());

TEST_P(CallerMetadataTest, NoneOfItIsForwardedButTheTrace) {
  GatherWith({{"authorization", "Bearer secret"},
              {"cookie", "session=1"},
              {"x-page", "home"},
              {"gather-principal", "root"},
              {"traceparent", kTrace},
              {"tracestate", "a=b"}});
  for (const std::string key : {"authorization", "cookie", "x-page", "gather-principal"}) {
    EXPECT_EQ(Seen(key), "none") << key;
  }
  EXPECT_EQ(Seen("tracestate"), "a=b");
  EXPECT_NE(Seen("traceparent"), "none");
}

TEST_P(CallerMetadataTest, EachSubCallIsASpanOfItsOwnInTheCallersTrace) {
  Options options;
  options.metadata = {{"traceparent", kTrace}};
  ASSERT_TRUE(Gather(client(), options, CallTo("A"), CallTo("B")).ok());
  std::set<std::string> spans = {"b7ad6b7169203331"};
  for (const CallRecord& record : backend().records()) {
    const std::string* const parent = FindMetadata(record.call, "traceparent");
    ASSERT_NE(parent, nullptr);
    EXPECT_EQ(parent->substr(0, 36), "00-0af7651916cd43dd8448eb211c80319c-");
    EXPECT_EQ(parent->substr(52), "-01");
    spans.insert(parent->substr(36, 16));
  }
  EXPECT_EQ(spans.size(), 3u);
}

TEST_P(CallerMetadataTest, AnInvalidTraceIsIgnored) {
  GatherWith({{"traceparent", "00-1-2-01"}, {"tracestate", "a=b"}});
  EXPECT_EQ(Seen("traceparent"), "none");
  EXPECT_EQ(Seen("tracestate"), "none");
}

TEST_P(CallerMetadataTest, ATraceThatASubCallNamesItselfIsSentAsItIs) {
  Options options;
  options.metadata = {{"traceparent", kTrace}};
  const std::string own = "00-11111111111111111111111111111111-2222222222222222-00";
  ASSERT_TRUE(Gather(client(), options, CallTo("A").Metadata("traceparent", own)).ok());
  EXPECT_EQ(Seen("traceparent"), own);
}

}  // namespace
}  // namespace gather::test
