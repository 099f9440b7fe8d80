#include "engine/backend_stubs.h"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/async/time.h"
#include "engine/observer.h"
#include "engine/target.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

// A channel connects when it is first used, and none is used here.
Target MakeTarget(std::uint32_t connections, std::uint32_t streams, std::size_t channel_id = 0) {
  Target target;
  target.name = "users";
  target.channel.address = "127.0.0.1:1";
  target.max_connections = connections;
  target.streams_per_connection = streams;
  target.channel_id = channel_id;
  return target;
}

struct WaitLog final : Observer {
  void OnStreamWait(absl::string_view target, Duration /*waited*/) override {
    targets.emplace_back(target);
  }
  std::vector<std::string> targets;
};

TEST(BackendStubsTest, CallsShareAChannelUntilItIsFull) {
  BackendStubs stubs;
  const Target target = MakeTarget(2, 2);
  BackendStub* const first = stubs.Begin(target, 0);
  EXPECT_EQ(stubs.Begin(target, 0), first);
  BackendStub* const second = stubs.Begin(target, 0);
  EXPECT_NE(second, first);
  first->End(0);
  EXPECT_EQ(stubs.Begin(target, 0), first);
}

TEST(BackendStubsTest, LargeRequestsAreSpreadOverChannelsLongBeforeTheyAreFull) {
  BackendStubs stubs;
  const Target target = MakeTarget(2, 100);
  BackendStub* const first = stubs.Begin(target, 100'000);
  EXPECT_EQ(stubs.Begin(target, 100'000), first);
  BackendStub* const second = stubs.Begin(target, 100'000);
  EXPECT_NE(second, first);
  EXPECT_EQ(stubs.Begin(target, 0), second);
  first->End(100'000);
  EXPECT_EQ(stubs.Begin(target, 0), first);
}

TEST(BackendStubsTest, SmallRequestsShareAChannelHoweverManyThereAre) {
  BackendStubs stubs;
  const Target target = MakeTarget(2, 100'000);
  BackendStub* const first = stubs.Begin(target, 1'023);
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(stubs.Begin(target, 1'023), first);
  for (int i = 0; i < 10'000; ++i) first->End(1'023);
  EXPECT_EQ(stubs.Begin(target, 200'000), first);
  EXPECT_NE(stubs.Begin(target, 1'024), first);
}

TEST(BackendStubsTest, WhenAllCarryMuchCallsGoWhereTheFewestAre) {
  BackendStubs stubs;
  const Target target = MakeTarget(2, 100);
  std::multiset<BackendStub*> calls;
  for (int i = 0; i < 6; ++i) calls.insert(stubs.Begin(target, 1'000'000));
  EXPECT_EQ(calls.count(*calls.begin()), 3u);
  EXPECT_EQ((*calls.begin())->End(1'000'000), Duration(0));  // no stream was lacking
}

TEST(BackendStubsTest, WhenAllAreFullCallsGoWhereTheFewestAreAndWait) {
  BackendStubs stubs;
  const Target target = MakeTarget(2, 2);
  std::multiset<BackendStub*> calls;
  for (int i = 0; i < 6; ++i) calls.insert(stubs.Begin(target, 0));
  ASSERT_EQ(std::set<BackendStub*>(calls.begin(), calls.end()).size(), 2u);
  BackendStub* const one = *calls.begin();
  EXPECT_EQ(calls.count(one), 3u);
  EXPECT_GT(one->End(0), Duration(0));  // the third has its stream now
  EXPECT_EQ(one->End(0), Duration(0));
}

TEST(BackendStubsTest, TheObserverHearsWhoWaitedAndNobodyElse) {
  WaitLog log;
  BackendStubs stubs(&log);
  const Target target = MakeTarget(1, 1);
  BackendStub* const stub = stubs.Begin(target, 0);
  stubs.Begin(target, 0);
  EXPECT_TRUE(log.targets.empty());
  stubs.End(stub, 0);
  EXPECT_EQ(log.targets, std::vector<std::string>{"users"});
  stubs.End(stub, 0);
  EXPECT_EQ(log.targets.size(), 1u);
}

TEST(BackendStubsTest, CallsThatFitHaveNotWaited) {
  BackendStubs stubs;
  BackendStub* const stub = stubs.Begin(MakeTarget(1, 1), 0);
  EXPECT_EQ(stub->End(0), Duration(0));
}

TEST(BackendStubsTest, ARefusedCallGoesOverAnotherConnection) {
  BackendStubs stubs;
  const Target target = MakeTarget(1, 100);
  BackendStub* const first = stubs.Begin(target, 0);
  first->End(0);
  BackendStub* const elsewhere = stubs.BeginElsewhere(target, 0);
  EXPECT_NE(elsewhere, first);
  elsewhere->End(0);
  EXPECT_EQ(stubs.Begin(target, 0), first);
}

TEST(BackendStubsTest, ALowerMaximumCountsAtOnce) {
  BackendStubs stubs;
  BackendStub* const first = stubs.Begin(MakeTarget(2, 1), 0);
  EXPECT_NE(stubs.Begin(MakeTarget(2, 1), 0), first);
  EXPECT_EQ(stubs.Begin(MakeTarget(1, 1), 0), first);
}

TEST(BackendStubsTest, ChannelsAreThoseOfTheirId) {
  BackendStubs stubs;
  BackendStub* const one = stubs.Begin(MakeTarget(1, 100, 1), 0);
  EXPECT_NE(stubs.Begin(MakeTarget(1, 100, 0), 0), one);
  EXPECT_EQ(stubs.Begin(MakeTarget(4, 50, 1), 0), one);
}

TEST(BackendStubsTest, DroppedChannelsAreMadeAnew) {
  BackendStubs stubs;
  stubs.Begin(MakeTarget(1, 100), 0)->End(0);
  stubs.Drop(0);
  stubs.Drop(7);
  EXPECT_EQ(stubs.Begin(MakeTarget(1, 100), 0)->in_flight(), 1u);
}

}  // namespace
}  // namespace gather::engine
