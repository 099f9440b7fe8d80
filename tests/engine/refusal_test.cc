#include "engine/refusal.h"

#include <string>

#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

TEST(RefusalTest, BecomesAStatusWithOneErrorInfo) {
  const Refusal refusal{
      3, "BAD_METHOD", "calls[3].method: empty", {{"field", "calls[3].method"}, {"index", "3"}}};
  const v1::Status status = ToProto(refusal);
  EXPECT_EQ(status.code(), 3);
  EXPECT_EQ(status.message(), "calls[3].method: empty");
  ASSERT_EQ(status.details_size(), 1);
  EXPECT_EQ(status.details(0).type_url(), "type.googleapis.com/google.rpc.ErrorInfo");
  v1::ErrorInfo info;
  ASSERT_TRUE(info.ParseFromString(status.details(0).value()));
  EXPECT_EQ(info.reason(), "BAD_METHOD");
  EXPECT_EQ(info.domain(), "gather.v1");
  EXPECT_EQ(info.metadata_size(), 2);
  EXPECT_EQ(info.metadata().at("field"), "calls[3].method");
  EXPECT_EQ(info.metadata().at("index"), "3");
}

TEST(RefusalTest, DetailsCarryTheirPublicTypeUrls) {
  v1::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(2);
  v1::GatherFailure failure;
  failure.set_total_failures(7);
  v1::Status status;
  AddDetail(retry, &status);
  AddDetail(failure, &status);
  ASSERT_EQ(status.details_size(), 2);
  EXPECT_EQ(status.details(0).type_url(), "type.googleapis.com/google.rpc.RetryInfo");
  EXPECT_EQ(status.details(0).value(), retry.SerializeAsString());
  EXPECT_EQ(status.details(1).type_url(), "type.googleapis.com/gather.v1.GatherFailure");
  EXPECT_EQ(status.details(1).value(), failure.SerializeAsString());
}

}  // namespace
}  // namespace gather::engine
