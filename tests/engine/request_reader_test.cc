#include "engine/request_reader.h"

#include <grpcpp/support/byte_buffer.h>

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

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
    ASSERT_TRUE(std::holds_alternative<std::unique_ptr<v1::GatherRequest>>(read));
    EXPECT_EQ(std::get<0>(read)->SerializeAsString(), request.SerializeAsString());
    EXPECT_EQ(buffer.Length(), 0u);
  }
}

TEST(RequestReaderTest, NoBytesAreAnEmptyRequest) {
  grpc::ByteBuffer buffer = Buffer("");
  const auto read = ReadRequest(&buffer, kPlenty);
  ASSERT_TRUE(std::holds_alternative<std::unique_ptr<v1::GatherRequest>>(read));
  EXPECT_EQ(std::get<0>(read)->calls_size(), 0);
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
  EXPECT_TRUE(std::holds_alternative<std::unique_ptr<v1::GatherRequest>>(ReadRequest(&buffer, 10)));
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
