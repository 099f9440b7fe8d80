#include "server/event_writer.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace gather::server {
namespace {

constexpr std::size_t kBudget = EventWriter::kMaxUnreadBytes;

grpc::ByteBuffer Event(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

grpc::ByteBuffer Event(std::size_t bytes) { return Event(std::string(bytes, 'x')); }

std::string BytesOf(const grpc::ByteBuffer& event) {
  std::vector<grpc::Slice> slices;
  EXPECT_TRUE(event.Dump(&slices).ok());
  std::string bytes;
  for (const grpc::Slice& slice : slices) bytes.append(slice.begin(), slice.end());
  return bytes;
}

// Writes down what happens, and completes operations when the test says so.
class EventWriterTest : public ::testing::Test, public EventStream, public EventWriter::Owner {
 protected:
  // The outstanding operation comes back.
  void Complete(bool ok = true) {
    ASSERT_NE(outstanding_, nullptr);
    std::exchange(outstanding_, nullptr)->OnDone(ok);
  }

  void Write(const grpc::ByteBuffer& event, bool more, engine::Operation* done) override {
    Begin(absl::StrCat(BytesOf(event), more ? " and more" : ""), done);
  }
  void WriteAndFinish(const grpc::ByteBuffer& last, const grpc::Status& status,
                      engine::Operation* done) override {
    Begin(absl::StrCat(BytesOf(last), " and status ", status.error_code()), done);
  }
  void Finish(const grpc::Status& status, engine::Operation* done) override {
    Begin(absl::StrCat("status ", status.error_code()), done);
  }

  void OnWriteStarted() override { ++started_; }
  void OnWriteEnded() override { ++ended_; }
  void OnFull(bool full) override { told_full_.push_back(full); }
  void OnReaderGone() override { ++reader_gone_; }

  EventWriter writer_{this, this};
  std::vector<std::string> sent_;
  std::vector<bool> told_full_;
  engine::Operation* outstanding_ = nullptr;
  int started_ = 0;
  int ended_ = 0;
  int reader_gone_ = 0;

 private:
  void Begin(std::string what, engine::Operation* done) {
    EXPECT_EQ(outstanding_, nullptr) << "two operations at a time";
    outstanding_ = done;
    sent_.push_back(std::move(what));
  }
};

TEST_F(EventWriterTest, SendsEventsInOrderOneAtATimeAndThenTheStatus) {
  writer_.Send(Event("a"));
  writer_.Send(Event("b"));
  writer_.Send(Event("c"));
  EXPECT_EQ(sent_, std::vector<std::string>({"a"}));
  Complete();
  Complete();
  Complete();
  writer_.Finish(grpc::Status(grpc::StatusCode::NOT_FOUND, ""));
  Complete();
  EXPECT_EQ(sent_, std::vector<std::string>({"a", "b and more", "c", "status 5"}));
  EXPECT_EQ(started_, 4);
  EXPECT_EQ(ended_, 4);
}

TEST_F(EventWriterTest, TheLastEventAndTheStatusGoTogether) {
  writer_.Send(Event("a"));
  writer_.Send(Event("b"));
  writer_.Finish(grpc::Status::OK);
  Complete();
  Complete();
  EXPECT_EQ(sent_, std::vector<std::string>({"a", "b and status 0"}));
  EXPECT_EQ(ended_, 2);
}

TEST_F(EventWriterTest, NothingToSendIsOnlyAStatus) {
  writer_.Finish(grpc::Status::OK);
  Complete();
  EXPECT_EQ(sent_, std::vector<std::string>({"status 0"}));
}

// semantics 41
TEST_F(EventWriterTest, SaysWhenTooMuchIsUnreadAndWhenHalfOfThatIsLeft) {
  writer_.Send(Event(kBudget / 2));
  writer_.Send(Event(kBudget / 4));
  writer_.Send(Event(kBudget / 4));
  EXPECT_TRUE(told_full_.empty());
  writer_.Send(Event(1));
  EXPECT_EQ(told_full_, std::vector<bool>({true}));
  EXPECT_TRUE(writer_.full());
  Complete();  // half of it and one byte are left
  EXPECT_TRUE(writer_.full());
  Complete();
  EXPECT_EQ(told_full_, std::vector<bool>({true, false}));
  EXPECT_FALSE(writer_.full());
  Complete();
  Complete();
  EXPECT_EQ(sent_.size(), 4u);
}

// semantics 41
TEST_F(EventWriterTest, OneEventLargerThanTheBudgetPassesAlone) {
  writer_.Send(Event(kBudget + 1));
  EXPECT_TRUE(writer_.full());
  Complete();
  EXPECT_EQ(told_full_, std::vector<bool>({true, false}));
}

// semantics 40
TEST_F(EventWriterTest, AFailedWriteDropsTheRestAndStillFinishesTheCall) {
  writer_.Send(Event("a"));
  writer_.Send(Event("b"));
  Complete(/*ok=*/false);
  EXPECT_EQ(reader_gone_, 1);
  writer_.Send(Event("c"));
  EXPECT_EQ(outstanding_, nullptr);
  writer_.Finish(grpc::Status::OK);
  Complete(/*ok=*/false);
  EXPECT_EQ(sent_, std::vector<std::string>({"a", "status 0"}));
  EXPECT_EQ(reader_gone_, 1);
  EXPECT_EQ(started_, ended_);
}

TEST_F(EventWriterTest, AReaderThatIsGoneIsNotSlow) {
  writer_.Send(Event(kBudget));
  writer_.Send(Event(1));
  Complete(/*ok=*/false);
  EXPECT_FALSE(writer_.full());
}

TEST_F(EventWriterTest, WhatIsDiscardedIsNotSent) {
  writer_.Send(Event("a"));
  writer_.Send(Event("b"));
  writer_.Discard();
  writer_.Finish(grpc::Status::OK);
  EXPECT_EQ(sent_, std::vector<std::string>({"a"}));
  Complete();
  Complete();
  EXPECT_EQ(sent_, std::vector<std::string>({"a", "status 0"}));
}

}  // namespace
}  // namespace gather::server
