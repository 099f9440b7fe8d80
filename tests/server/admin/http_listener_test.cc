#include "server/admin/http_listener.h"

#include <string>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "tests/support/http_get.h"

namespace gather::server {
namespace {

HttpPage Echo(absl::string_view path) { return {.body = std::string(path)}; }

TEST(HttpListenerTest, ServesPagesOnAFreePort) {
  const auto listener = HttpListener::Start("127.0.0.1:0", &Echo);
  ASSERT_TRUE(listener.ok()) << listener.status();
  const test::HttpAnswer answer = test::HttpGet((*listener)->address(), "/a/b?c=d");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "/a/b") << "without what follows the path";
}

TEST(HttpListenerTest, APortThatIsTakenIsAMistake) {
  const auto listener = HttpListener::Start("127.0.0.1:0", &Echo);
  ASSERT_TRUE(listener.ok()) << listener.status();
  const auto second = HttpListener::Start((*listener)->address(), &Echo);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(HttpListenerTest, AHostThatIsNotThereIsAMistake) {
  const auto listener = HttpListener::Start("no.such.host.invalid:0", &Echo);
  EXPECT_EQ(listener.status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace gather::server
