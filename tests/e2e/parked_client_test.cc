// An embedded client that has nothing to do looks at its connections now and then only. What
// happened meanwhile must not fail the next gather. The target is a process of its own, a gatherd:
// one in this process would look at the client's connections, too.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gather/gather.h"
#include "gather/v1/gather.pb.h"
#include "tests/e2e/gatherd_process.h"

namespace gather::test {
namespace {

class ParkedClientTest : public ::testing::Test {
 protected:
  ParkedClientTest() {
    Start("127.0.0.1:0");
    EmbeddedOptions options;
    options.targets = {{"server", target_->address()}};
    absl::StatusOr<Client> client = Client::Embedded(options);
    EXPECT_TRUE(client.ok()) << client.status();
    client_ = std::make_unique<Client>(*std::move(client));
  }

  void Start(const std::string& listen) {
    target_ = std::make_unique<GatherdProcess>(
        std::vector<std::string>{"--targets=nobody=127.0.0.1:1", "--listen=" + listen});
  }

  absl::Status AskForCapabilities() {
    return Gather(*client_,
                  Call<v1::Capabilities>("server", "/gather.v1.GatherService/GetCapabilities",
                                         v1::GetCapabilitiesRequest()))
        .status();
  }

  std::unique_ptr<GatherdProcess> target_;
  std::unique_ptr<Client> client_;
};

TEST_F(ParkedClientTest, ATargetThatDrainedAndCameBackIsFound) {
  const std::string address = target_->address();
  EXPECT_TRUE(AskForCapabilities().ok());
  for (int i = 0; i < 3; ++i) {
    target_.reset();
    Start(address);
    EXPECT_EQ(AskForCapabilities(), absl::OkStatus());
  }
}

TEST_F(ParkedClientTest, ATargetThatWasKilledAndCameBackIsFound) {
  const std::string address = target_->address();
  EXPECT_TRUE(AskForCapabilities().ok());
  for (int i = 0; i < 3; ++i) {
    target_->Kill();
    target_.reset();
    Start(address);
    EXPECT_EQ(AskForCapabilities(), absl::OkStatus());
  }
}

}  // namespace
}  // namespace gather::test
