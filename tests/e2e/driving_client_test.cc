// A thread that waits for an embedded client's gather may run it: what it must not notice.

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gather/gather.h"
#include "google/protobuf/wrappers.pb.h"
#include "tests/support/behavior.h"
#include "tests/support/test_backend.h"

namespace gather::test {
namespace {

using Text = google::protobuf::StringValue;

class DrivingClientTest : public ::testing::Test {
 protected:
  DrivingClientTest() {
    EmbeddedOptions options;
    options.targets = {{"users", backend_.address()}};
    options.on_detached_failure = [this](const DetachedFailure& /*failure*/) {
      const std::lock_guard lock(mutex_);
      reporters_.insert(std::this_thread::get_id());
    };
    absl::StatusOr<Client> client = Client::Embedded(options);
    EXPECT_TRUE(client.ok()) << client.status();
    client_ = std::make_unique<Client>(*std::move(client));
  }

  static std::vector<Call<Text>> Calls(std::size_t count) {
    return std::vector<Call<Text>>(count, Call<Text>("users", "/test.Users/Get", Text()));
  }

  TestBackend backend_;
  std::unique_ptr<Client> client_;
  std::mutex mutex_;
  std::set<std::thread::id> reporters_;  // under the mutex
};

// The caller may hold what the report wants to lock.
TEST_F(DrivingClientTest, DetachedFailuresAreNotReportedOnTheWaitingThread) {
  backend_.SetResponder([](const ReceivedCall&) { return Fail(5, "no such user"); });
  Options options;
  options.policy = Propagate();
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(absl::IsNotFound(Gather(*client_, options, Calls(300)).status()));
  }
  client_.reset();
  EXPECT_FALSE(reporters_.empty());
  EXPECT_EQ(reporters_.count(std::this_thread::get_id()), 0u);
}

}  // namespace
}  // namespace gather::test
