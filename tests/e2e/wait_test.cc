#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gather/gather.h"
#include "tests/e2e/door_test.h"
#include "tests/support/behavior.h"

// Waiting for some of the tasks that run.
namespace gather::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class WaitTest : public DoorTest {};
INSTANTIATE_TEST_SUITE_P(Doors, WaitTest, BothDoors(), DoorName());

// semantics 8
TEST_P(WaitTest, ATaskThatIsListedTwiceCountsOnce) {
  Hold("Slow");
  TaskGroup group(client());
  const Task<Text> slow = group.Spawn(CallTo("Slow"));
  const Task<Text> name = group.Spawn(CallTo("Name"));
  const auto first = Wait(std::vector{slow, name, slow, name, name}, ReturnWhen::kFirstCompleted);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_THAT(first->done, ElementsAre(name));
  EXPECT_THAT(first->pending, ElementsAre(slow));
  Release("Slow");
  const auto all = Wait(std::vector{slow, name, slow}, ReturnWhen::kAllCompleted);
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_THAT(all->done, ElementsAre(slow, name));
  EXPECT_THAT(all->pending, IsEmpty());
}

// semantics 8
TEST_P(WaitTest, TasksThatHaveEndedAreAccepted) {
  TaskGroup group(client());
  const Task<Text> name = group.Spawn(CallTo("Name"));
  const Task<Text> city = group.Spawn(CallTo("City"));
  ASSERT_TRUE(group.Wait().ok());
  for (const ReturnWhen when :
       {ReturnWhen::kFirstCompleted, ReturnWhen::kFirstException, ReturnWhen::kAllCompleted}) {
    const auto waited = Wait(std::vector{name, city}, when);
    ASSERT_TRUE(waited.ok()) << waited.status();
    EXPECT_THAT(waited->done, ElementsAre(name, city));
  }
}

// semantics 8
TEST_P(WaitTest, TheFirstFailureIsWaitedForAndNotAnySuccess) {
  Hold("Slow");
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  Options options;
  options.policy = Collect();
  TaskGroup group(client(), options);
  const Task<Text> slow = group.Spawn(CallTo("Slow"));
  const Task<Text> name = group.Spawn(CallTo("Name"));
  const Task<Text> bad = group.Spawn(CallTo("Bad"));
  ASSERT_TRUE(name.Get().ok());
  Release("Bad");
  const auto waited = Wait(std::vector{slow, name, bad}, ReturnWhen::kFirstException);
  ASSERT_TRUE(waited.ok()) << waited.status();
  EXPECT_THAT(waited->done, ElementsAre(name, bad));
  EXPECT_THAT(waited->pending, ElementsAre(slow));
  Release("Slow");
  EXPECT_TRUE(group.Wait().ok());
}

// semantics 8: the end of the wait ends no task.
TEST_P(WaitTest, ItsTimeoutIsNoErrorAndCancelsNothing) {
  Hold("Slow");
  TaskGroup group(client());
  const Task<Text> slow = group.Spawn(CallTo("Slow", "late"));
  const auto waited = Wait(std::vector{slow}, ReturnWhen::kAllCompleted, absl::Milliseconds(20));
  ASSERT_TRUE(waited.ok()) << waited.status();
  EXPECT_THAT(waited->done, IsEmpty());
  EXPECT_THAT(waited->pending, ElementsAre(slow));
  Release("Slow");
  ASSERT_TRUE(group.Wait().ok());
  EXPECT_EQ(slow.outcome()->value(), "late");
}

}  // namespace
}  // namespace gather::test
