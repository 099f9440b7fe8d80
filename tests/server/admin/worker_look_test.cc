#include "server/admin/worker_look.h"

#include <functional>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace gather::server {
namespace {

TEST(WorkerLookTest, AWorkerThatIsStuckOrEndingIsNotWaitedForWithoutEnd) {
  std::vector<std::function<void(const engine::Engine&)>> never;
  const std::vector<LookAtWorker> workers = {
      [&never](auto look) {
        never.push_back(std::move(look));
        return true;
      },
      [](const auto& /*look*/) { return false; },
  };
  const auto looks = LookAtAll(workers, {}, absl::Milliseconds(10));
  ASSERT_EQ(looks.size(), 2u);
  EXPECT_FALSE(looks[0].answered);
  EXPECT_EQ(looks[0].lag, absl::Milliseconds(10));
  EXPECT_FALSE(looks[1].answered);
}

}  // namespace
}  // namespace gather::server
