#include "server/detached_log.h"

#include <string>

#include "gtest/gtest.h"
#include "server/log.h"

namespace gather::server {
namespace {

// semantics 28
TEST(DetachedLogTest, TheLineNamesTheGatherTheSubCallAndTheFailure) {
  engine::DetachedFailure late;
  late.gather_id = "4f";
  late.failure.index = 3;
  late.failure.id = "user";
  late.failure.target = "users";
  late.failure.method = "/demo.Users/Get";
  late.failure.status.set_code(5);
  late.failure.status.set_message("gone");
  EXPECT_EQ(LogLine("T", LogLevel::kWarning, "detached_failure", DetachedFailureFields(late, 7)),
            "T warning detached_failure gather_id=4f index=3 id=user target=users "
            "method=/demo.Users/Get code=5 message=gone total=7");
}

TEST(DetachedLogTest, ALongMessageIsCut) {
  engine::DetachedFailure late;
  late.failure.status.set_message(std::string(1000, 'x'));
  EXPECT_EQ(DetachedFailureFields(late, 1)[6].texts().front(), std::string(256, 'x'));
}

}  // namespace
}  // namespace gather::server
