#include "engine/request_reader.h"

#include <grpcpp/support/byte_buffer.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/refusal.h"
#include "engine/request.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

constexpr std::uint64_t kPlenty = 64 << 20;

// The bytes in slices of at most `slice_bytes`.
grpc::ByteBuffer Buffer(const std::string& bytes, std::size_t slice_bytes = kPlenty) {
  std::vector<grpc::Slice> slices;
  for (std::size_t i = 0; i < bytes.size(); i += slice_bytes) {
    slices.emplace_back(bytes.substr(i, slice_bytes));
  }
  if (slices.empty()) slices.emplace_back();
  return grpc::ByteBuffer(slices.data(), slices.size());
}

Refusal RefusalOf(grpc::ByteBuffer buffer, std::uint64_t max) {
  auto read = ReadRequest(&buffer, max);
  EXPECT_TRUE(std::holds_alternative<Refusal>(read));
  return std::get<Refusal>(std::move(read));
}

TEST(RequestReaderTest, ReadsARequestInAnyNumberOfSlices) {
  v1::GatherRequest request;
  request.set_label("l");
  request.add_calls()->set_request(std::string(10'000, 'x'));
  for (const std::size_t slice_bytes : {1u, 7u, 1000u, 100'000u}) {
    grpc::ByteBuffer buffer = Buffer(request.SerializeAsString(), slice_bytes);
    const auto read = ReadRequest(&buffer, kPlenty);
    ASSERT_TRUE(std::holds_alternative<Request>(read));
    EXPECT_EQ(std::get<Request>(read).message->SerializeAsString(), request.SerializeAsString());
    EXPECT_TRUE(std::get<Request>(read).payloads.empty());
    EXPECT_EQ(buffer.Length(), 0u);
  }
}

TEST(RequestReaderTest, NoBytesAreAnEmptyRequest) {
  grpc::ByteBuffer buffer = Buffer("");
  const auto read = ReadRequest(&buffer, kPlenty);
  ASSERT_TRUE(std::holds_alternative<Request>(read));
  EXPECT_EQ(std::get<Request>(read).message->calls_size(), 0);
}

TEST(RequestReaderTest, LargePayloadsOfALargeRequestStayInTheirSlices) {
  v1::GatherRequest request;
  request.set_label("l");
  request.add_calls()->set_request(std::string(1023, 'x'));
  request.add_calls()->set_request(std::string(1024, 'y'));
  request.add_calls()->set_request(std::string(70'000, 'z'));
  grpc::ByteBuffer buffer = Buffer(request.SerializeAsString(), 16'384);
  auto read = ReadRequest(&buffer, kPlenty);
  ASSERT_TRUE(std::holds_alternative<Request>(read));
  const Request& kept = std::get<Request>(read);
  EXPECT_EQ(kept.message->label(), "l");
  ASSERT_EQ(kept.message->calls_size(), 3);
  EXPECT_EQ(kept.message->calls(0).request(), request.calls(0).request());
  ASSERT_EQ(kept.payloads.size(), 2u);
  for (const KeptPayload& payload : kept.payloads) {
    const v1::SubCall& call = kept.message->calls(static_cast<int>(payload.index));
    EXPECT_TRUE(call.has_request());
    EXPECT_EQ(call.request(), "");
  }
  EXPECT_EQ(kept.payloads[0].payload.Length(), 1024u);
  EXPECT_EQ(kept.payloads[1].payload.Length(), 70'000u);
}

TEST(RequestReaderTest, APayloadAddedToAGroupStaysInItsSlices) {
  v1::TaskGroupRequest request;
  request.mutable_add()->set_id("a");
  request.mutable_add()->set_request(std::string(70'000, 'z'));
  grpc::ByteBuffer buffer = Buffer(request.SerializeAsString(), 16'384);
  auto read = ReadGroupRequest(&buffer, kPlenty);
  ASSERT_TRUE(std::holds_alternative<GroupRequest>(read));
  const GroupRequest& kept = std::get<GroupRequest>(read);
  EXPECT_EQ(kept.message.add().id(), "a");
  EXPECT_EQ(kept.message.add().request(), "");
  EXPECT_EQ(kept.payload.Length(), 70'000u);
}

TEST(RequestReaderTest, TooManyBytesAreRefusedUnparsed) {
  const Refusal refusal = RefusalOf(Buffer(std::string(11, '\xff')), 10);
  EXPECT_EQ(refusal.code, 8);
  EXPECT_EQ(refusal.reason, "REQUEST_TOO_LARGE");
  EXPECT_EQ(refusal.message, "request: 11 bytes, at most 10");
  EXPECT_EQ(refusal.metadata.at("limit"), "10");
}

TEST(RequestReaderTest, TheLimitItselfIsAllowed) {
  v1::GatherRequest request;
  request.set_label("12345678");
  grpc::ByteBuffer buffer = Buffer(request.SerializeAsString());
  EXPECT_TRUE(std::holds_alternative<Request>(ReadRequest(&buffer, 10)));
}

TEST(RequestReaderTest, WhatDoesNotParseIsMalformed) {
  v1::GatherRequest request;
  request.set_label("label");
  const std::string whole = request.SerializeAsString();
  const std::string not_utf8 = "\x32\x01\xff";  // label
  for (const std::string& bytes : {whole.substr(0, whole.size() - 1), std::string("\xff\xff"),
                                   std::string("\x0a\x05"), not_utf8}) {
    const Refusal refusal = RefusalOf(Buffer(bytes), kPlenty);
    EXPECT_EQ(refusal.code, 3);
    EXPECT_EQ(refusal.reason, "MALFORMED");
    EXPECT_EQ(refusal.message,
              "request: not a gather.v1.GatherRequest: cut short, no protobuf encoding, or a "
              "string field that is not UTF-8");
  }
}

TEST(RequestReaderTest, NoMessageAtAllIsMalformed) {
  const Refusal refusal = RefusalOf(grpc::ByteBuffer(), kPlenty);
  EXPECT_EQ(refusal.code, 3);
  EXPECT_EQ(refusal.reason, "MALFORMED");
}

}  // namespace
}  // namespace gather::engine
