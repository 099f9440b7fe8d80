#include "engine/request_cutter.h"

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "engine/request.h"
#include "gather/v1/gather.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

using Slices = std::vector<grpc::Slice>;

CutFrom From(std::size_t payload_bytes) {
  return {.request_bytes = 0, .slice_bytes = 0, .payload_bytes = payload_bytes};
}

std::string BytesOf(const Payload& payload) {
  Slices slices;
  EXPECT_TRUE(payload.buffer().Dump(&slices).ok());
  std::string bytes;
  for (const grpc::Slice& slice : slices) bytes.append(slice.begin(), slice.end());
  return bytes;
}

// A call with every field that there is, so that a new one which the cutter does not know is found.
v1::SubCall FullCall(const std::string& payload) {
  v1::SubCall call;
  call.set_id("i");
  call.set_target("users");
  call.set_method("/S/M");
  call.set_request(payload);
  call.add_metadata()->set_key("k");
  call.mutable_timeout()->set_seconds(300);
  call.mutable_retry()->set_max_attempts(2);
  call.mutable_hedging()->set_max_attempts(2);
  call.set_idempotent(true);
  call.mutable_fallback()->set_response("f");
  call.set_shielded(true);
  call.set_requirement(v1::REQUIREMENT_REQUIRED);
  call.set_server_streaming(true);
  return call;
}

v1::GatherRequest FullRequest(const std::string& payload) {
  v1::GatherRequest request;
  *request.add_calls() = FullCall(payload);
  request.mutable_policy()->set_mode(v1::MODE_COLLECT);
  request.mutable_timeout()->set_nanos(1);
  request.set_max_concurrency(1'000);
  *request.mutable_defaults() = FullCall("d");
  request.set_label("label");
  request.set_validate_only(true);
  request.add_calls();
  request.add_calls()->set_request(payload + payload);
  return request;
}

std::string Joined(const CutRequest& cut) {
  v1::GatherRequest request;
  EXPECT_TRUE(request.ParseFromString(cut.rest));
  for (const KeptPayload& kept : cut.payloads) {
    v1::SubCall* const call = request.mutable_calls(static_cast<int>(kept.index));
    EXPECT_TRUE(call->has_request());
    EXPECT_EQ(call->request(), "");
    call->set_request(BytesOf(kept.payload));
  }
  return request.SerializeAsString();
}

std::optional<CutRequest> Cut(const std::string& bytes, std::size_t payload_bytes) {
  const Slices slices{grpc::Slice(bytes)};
  return CutPayloads(slices, From(payload_bytes));
}

void ExpectAllFieldsSet(const google::protobuf::Message& message) {
  std::vector<const google::protobuf::FieldDescriptor*> set;
  message.GetReflection()->ListFields(message, &set);
  EXPECT_EQ(static_cast<int>(set.size()), message.GetDescriptor()->field_count())
      << "FullRequest() lacks a field of " << message.GetTypeName();
}

TEST(RequestCutterTest, CutsThePayloadAndLeavesAnEmptyOneInItsPlace) {
  v1::GatherRequest request;
  request.add_calls()->set_request("payload");
  request.set_label("l");
  const auto cut = Cut(request.SerializeAsString(), 1);
  ASSERT_TRUE(cut);
  ASSERT_EQ(cut->payloads.size(), 1u);
  EXPECT_EQ(cut->payloads[0].index, 0u);
  EXPECT_EQ(BytesOf(cut->payloads[0].payload), "payload");
  request.mutable_calls(0)->set_request("");
  EXPECT_EQ(cut->rest, request.SerializeAsString());
}

TEST(RequestCutterTest, APayloadIsCutByReference) {
  v1::GatherRequest request;
  request.add_calls()->set_request(std::string(100, 'x'));
  const Slices slices{grpc::Slice(request.SerializeAsString())};
  const auto cut = CutPayloads(slices, From(1));
  ASSERT_TRUE(cut);
  grpc::Slice payload;
  ASSERT_TRUE(cut->payloads[0].payload.buffer().TrySingleSlice(&payload).ok());
  EXPECT_EQ(payload.begin(), slices[0].end() - 100);
}

TEST(RequestCutterTest, KnowsEveryField) {
  const v1::GatherRequest request = FullRequest("payload");
  ExpectAllFieldsSet(request);
  ExpectAllFieldsSet(request.calls(0));
  const auto cut = Cut(request.SerializeAsString(), 1);
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->payloads.size(), 2u);
  EXPECT_EQ(cut->payloads[1].index, 2u);
  EXPECT_EQ(Joined(*cut), request.SerializeAsString());
}

TEST(RequestCutterTest, CutsTheSameWhereverTheSlicesEnd) {
  const std::string bytes = FullRequest(std::string(200, 'x')).SerializeAsString();
  for (std::size_t first = 0; first <= bytes.size(); ++first) {
    for (const std::size_t second : {first, first + 1, first + 3, bytes.size()}) {
      if (second > bytes.size()) continue;
      const Slices slices{grpc::Slice(bytes.substr(0, first)),
                          grpc::Slice(bytes.substr(first, second - first)),
                          grpc::Slice(bytes.substr(second))};
      const auto cut = CutPayloads(slices, From(200));
      ASSERT_TRUE(cut) << first << ' ' << second;
      ASSERT_EQ(cut->payloads.size(), 2u);
      ASSERT_EQ(Joined(*cut), bytes) << first << ' ' << second;
    }
  }
}

TEST(RequestCutterTest, CutsWhatComesInSlicesOfOneByte) {
  const std::string bytes = FullRequest("payload").SerializeAsString();
  Slices slices;
  for (const char byte : bytes) slices.emplace_back(&byte, 1);
  const auto cut = CutPayloads(slices, From(1));
  ASSERT_TRUE(cut);
  EXPECT_EQ(Joined(*cut), bytes);
}

TEST(RequestCutterTest, SmallPayloadsAreNotCut) {
  v1::GatherRequest request;
  request.add_calls()->set_request(std::string(99, 'x'));
  EXPECT_FALSE(Cut(request.SerializeAsString(), 100));
  request.add_calls()->set_request(std::string(100, 'x'));
  const auto cut = Cut(request.SerializeAsString(), 100);
  ASSERT_TRUE(cut);
  ASSERT_EQ(cut->payloads.size(), 1u);
  EXPECT_EQ(cut->payloads[0].index, 1u);
}

TEST(RequestCutterTest, SmallRequestsAreNotCut) {
  v1::GatherRequest request;
  request.add_calls()->set_request(std::string(100, 'x'));
  const Slices slices{grpc::Slice(request.SerializeAsString())};
  const std::size_t bytes = slices[0].size();
  EXPECT_TRUE(
      CutPayloads(slices, {.request_bytes = bytes, .slice_bytes = 0, .payload_bytes = 100}));
  EXPECT_FALSE(
      CutPayloads(slices, {.request_bytes = bytes + 1, .slice_bytes = 0, .payload_bytes = 100}));
}

// Each slice may keep much more alive than itself.
TEST(RequestCutterTest, WhatComesInSmallSlicesIsNotCut) {
  v1::GatherRequest request;
  request.add_calls()->set_request(std::string(200'000, 'x'));
  const std::string bytes = request.SerializeAsString();
  for (const std::size_t slice_bytes : {64u, 4'000u, 4'200u, 16'384u}) {
    Slices slices;
    for (std::size_t at = 0; at < bytes.size(); at += slice_bytes) {
      slices.emplace_back(bytes.substr(at, slice_bytes));
    }
    EXPECT_EQ(CutPayloads(slices, CutFrom()).has_value(), slice_bytes > 4'096) << slice_bytes;
  }
}

// Each is a first sub-call whose payload could be cut, and then something that is not usual.
TEST(RequestCutterTest, WhatIsNotUsualIsLeftToProtobuf) {
  const std::string call("\x0a\x05\x22\x03pay", 7);
  ASSERT_TRUE(Cut(call, 1));
  for (const absl::string_view rest : {
           absl::string_view("\x0a", 1),                        // cut short
           absl::string_view("\x0a\x80", 2),                    // in a length
           absl::string_view("\x0a\x05\x22\x03pa", 6),          // in a payload
           absl::string_view("\x0a\x04\x22\x03pay", 7),         // a payload longer than its call
           absl::string_view("\x0a\x80\x80\x80\x80\0", 6),      // a length of five bytes
           absl::string_view("\x0a\x01\x0a", 3),                // a call that ends in a tag
           absl::string_view("\x0a\x02\x48\x80\x01", 5),        // a varint longer than its call
           absl::string_view("\x0a\x06\x22\x01p\x22\x01q", 8),  // two payloads
           absl::string_view("\x0a\x02\x20\x01", 4),            // a payload that is a number
           absl::string_view("\x0a\x02\x0c\x0c", 4),            // the end of a group
           absl::string_view("\x0a\x02\x70\x01", 4),            // an unknown field of a call
           absl::string_view("\x0a\x03\x82\x01\0", 5),          // likewise, with a long tag
           absl::string_view("\x08\x01", 2),                    // calls that are a number
           absl::string_view("\x22\x01x", 3),                   // bytes for a number
           absl::string_view("\x20\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\0", 12),  // too long
           absl::string_view("\x0b\x0c", 2),                                         // a group
           absl::string_view("\x00\x00", 2),                                         // no field
           absl::string_view("\x40\x01", 2),      // an unknown field
           absl::string_view("\x8a\x00\x00", 3),  // a tag longer than it need be
       }) {
    EXPECT_FALSE(Cut(absl::StrCat(call, rest), 1)) << absl::StrCat("rest of ", rest.size());
  }
}

TEST(RequestCutterTest, ALengthLongerThanItNeedBeMeansTheSame) {
  const std::string call("\x0a\x86\x80\x00\x22\x83\x00pay", 10);
  const auto cut = Cut(call, 1);
  ASSERT_TRUE(cut);
  v1::GatherRequest whole;
  ASSERT_TRUE(whole.ParseFromString(call));
  EXPECT_EQ(Joined(*cut), whole.SerializeAsString());
}

TEST(RequestCutterTest, CutsThePayloadOfASubCallThatIsAddedToAGroup) {
  v1::TaskGroupRequest request;
  *request.mutable_add() = FullCall("payload");
  const Slices slices{grpc::Slice(request.SerializeAsString())};
  const auto cut = CutAddedPayload(slices, From(1));
  ASSERT_TRUE(cut);
  ASSERT_EQ(cut->payloads.size(), 1u);
  EXPECT_EQ(BytesOf(cut->payloads[0].payload), "payload");
  request.mutable_add()->set_request("");
  EXPECT_EQ(cut->rest, request.SerializeAsString());
}

TEST(RequestCutterTest, OfGroupMessagesOnlyOneThatIsAllAddIsCut) {
  v1::TaskGroupRequest add;
  add.mutable_add()->set_request("payload");
  v1::TaskGroupRequest open;
  open.mutable_open()->mutable_defaults()->set_request("payload");
  for (const std::string& bytes :
       {open.SerializeAsString(), add.SerializeAsString() + open.SerializeAsString(),
        add.SerializeAsString() + add.SerializeAsString(),
        open.SerializeAsString() + add.SerializeAsString()}) {
    const Slices slices{grpc::Slice(bytes)};
    EXPECT_FALSE(CutAddedPayload(slices, From(1)));
  }
}

// Bytes are changed here and there; whatever is still cut means what the whole means.
TEST(RequestCutterTest, WhatIsCutMeansWhatTheWholeMeansOnRandomBytes) {
  std::mt19937 random(20241123);
  int cuts = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = FullRequest(std::string(random() % 20, 'x')).SerializeAsString();
    for (auto changes = random() % 4; changes > 0; --changes) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    const auto cut = Cut(bytes, 1 + random() % 8);
    if (!cut) continue;
    ++cuts;
    v1::GatherRequest whole;
    v1::GatherRequest rest;
    ASSERT_EQ(rest.ParseFromString(cut->rest), whole.ParseFromString(bytes));
    if (whole.ParseFromString(bytes)) {
      ASSERT_EQ(Joined(*cut), whole.SerializeAsString());
    }
  }
  EXPECT_GT(cuts, 1'000);
}

}  // namespace
}  // namespace gather::engine
