#include "engine/reply_list.h"

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <cstddef>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace gather::engine {
namespace {

grpc::ByteBuffer Message(const std::vector<std::string>& parts) {
  std::vector<grpc::Slice> slices(parts.begin(), parts.end());
  return grpc::ByteBuffer(slices.data(), slices.size());
}

void Add(const std::vector<std::string>& parts, ReplyList* replies) {
  grpc::ByteBuffer message = Message(parts);
  replies->Add(&message);
  EXPECT_EQ(message.Length(), 0u);
}

std::string Bytes(const ReplyList& replies, std::size_t index) {
  std::string bytes;
  for (const grpc::Slice& slice : replies[index]) bytes.append(slice.begin(), slice.end());
  return bytes;
}

TEST(ReplyListTest, KeepsMessagesApartAndInOrder) {
  ReplyList replies;
  Add({"one"}, &replies);
  Add({""}, &replies);
  Add({std::string(3000, 'a'), std::string(10, 'b')}, &replies);
  Add({"fo", "ur"}, &replies);
  ASSERT_EQ(replies.size(), 4u);
  EXPECT_EQ(Bytes(replies, 0), "one");
  EXPECT_EQ(Bytes(replies, 1), "");
  EXPECT_EQ(Bytes(replies, 2), std::string(3000, 'a') + std::string(10, 'b'));
  EXPECT_EQ(BytesOf(replies[2]), 3010u);
  EXPECT_EQ(Bytes(replies, 3), "four");
}

TEST(ReplyListTest, AnEmptyMessageCountsToo) {
  ReplyList replies;
  for (int i = 0; i < 10; ++i) Add({""}, &replies);
  EXPECT_EQ(replies.counted(), 640u);
  Add({std::string(1000, 'x')}, &replies);
  EXPECT_EQ(replies.counted(), 1640u);
  EXPECT_EQ(ReplyList::Counted(63), 64u);
  EXPECT_EQ(ReplyList::Counted(65), 65u);
}

TEST(ReplyListTest, ALargeMessageIsNotCopiedAndASmallOneDoesNotHoldItsBuffer) {
  const grpc::Slice large(std::string(1024, 'x'));
  const grpc::Slice small(std::string(1023, 'x'));
  ReplyList replies;
  for (const grpc::Slice* slice : {&large, &small}) {
    grpc::ByteBuffer message(slice, 1);
    replies.Add(&message);
  }
  EXPECT_EQ(replies[0][0].begin(), large.begin());
  EXPECT_NE(replies[1][0].begin(), small.begin());
}

}  // namespace
}  // namespace gather::engine
