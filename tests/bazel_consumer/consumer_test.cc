#include "gather/v1/gather.grpc.pb.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"

namespace {

TEST(ConsumerTest, LinksTheWireContract) {
  gather::v1::GatherRequest request;
  request.add_calls()->set_target("users");
  EXPECT_EQ(request.calls(0).target(), "users");
  EXPECT_STREQ(gather::v1::GatherService::service_full_name(), "gather.v1.GatherService");
}

}  // namespace
