#include <vector>

#include "absl/status/statusor.h"
#include "gather/gather.h"
#include "gather/v1/gather.grpc.pb.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "hello.gather.pb.h"
#include "hello.pb.h"

namespace {

using gather::v1::Capabilities;

TEST(ConsumerTest, LinksTheWireContract) {
  gather::v1::GatherRequest request;
  request.add_calls()->set_target("users");
  EXPECT_EQ(request.calls(0).target(), "users");
  EXPECT_STREQ(gather::v1::GatherService::service_full_name(), "gather.v1.GatherService");
}

TEST(ConsumerTest, GathersWithAnEngineOfItsOwn) {
  const absl::StatusOr<gather::Client> client = gather::Client::Embedded({});
  ASSERT_TRUE(client.ok()) << client.status();

  const auto nothing = gather::Gather(*client, std::vector<gather::Call<Capabilities>>());
  ASSERT_TRUE(nothing.ok()) << nothing.status();
  EXPECT_TRUE(nothing->empty());

  const auto [unknown] =
      gather::GatherSettled(*client, hello::calls::Greeter::Greet("nobody", hello::GreetRequest()));
  EXPECT_EQ(unknown.disposition(), gather::Disposition::kRejected);
  EXPECT_EQ(unknown.status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
