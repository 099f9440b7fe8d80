#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gather/gather.h"
#include "tests/e2e/door_test.h"
#include "tests/support/behavior.h"

// A group holds what has not ended, and no more.
namespace gather::test {
namespace {

class TaskGroupMemoryTest : public DoorTest {
 protected:
  static constexpr std::size_t kReplyKiB = 64;

  // Adds so many tasks with large replies and sees them end. The backend keeps no record of them.
  static void Spawn(TaskGroup* group, int count) {
    std::vector<Task<Text>> tasks;
    tasks.reserve(count);
    for (int i = 0; i < count; ++i) {
      tasks.push_back(group->Spawn(Call<Text>("users", "/test.Control/Big", Text())));
    }
    ASSERT_TRUE(Wait(tasks, ReturnWhen::kAllCompleted).ok());
    for (const Task<Text>& task : tasks) {
      ASSERT_TRUE(task.outcome().ok()) << task.outcome().status();
      ASSERT_EQ(task.outcome()->value().size(), kReplyKiB << 10);
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Doors, TaskGroupMemoryTest, BothDoors(), DoorName());

// semantics 48
TEST_P(TaskGroupMemoryTest, WhatHasEndedIsReleasedAtOnce) {
  if (std::getenv("ASAN_OPTIONS") != nullptr) GTEST_SKIP() << "ASan keeps what is freed";
  backend().SetResponder([reply = TextReply(std::string(kReplyKiB << 10, 'x'))](
                             const ReceivedCall&) { return reply; });
  TaskGroup group(client());
  for (int wave = 0; wave < 10; ++wave) Spawn(&group, 20);
  const std::size_t before = MemoryKiB();
  constexpr std::size_t kWaves = 100;
  for (std::size_t wave = 0; wave < kWaves; ++wave) Spawn(&group, 20);
  // A quarter of all replies would be 32 MiB.
  EXPECT_LT(MemoryKiB(), before + kWaves * 20 * kReplyKiB / 4);
  const absl::Status status = group.Wait();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(group.summary().succeeded, 2200);
}

}  // namespace
}  // namespace gather::test
