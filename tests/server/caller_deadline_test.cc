#include "server/caller_deadline.h"

#include <chrono>

#include "engine/async/grpc_queue.h"
#include "gtest/gtest.h"

namespace gather::server {
namespace {

using engine::Duration;
using engine::Time;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Time kNow{seconds(100)};

Time Exact(Duration left) { return CallerDeadline(engine::ToTimespec(kNow + left), kNow); }

TEST(CallerDeadlineTest, ShortTimeoutsAreSentExactly) {
  EXPECT_EQ(Exact(milliseconds(300)), kNow + milliseconds(300));
}

// semantics 68
TEST(CallerDeadlineTest, WhatSendingMayHaveAddedIsTakenOff) {
  EXPECT_EQ(Exact(milliseconds(1'500)), kNow + milliseconds(1'490));
  EXPECT_EQ(Exact(seconds(40)), kNow + milliseconds(39'900));
  EXPECT_EQ(Exact(seconds(400)), kNow + seconds(399));
}

TEST(CallerDeadlineTest, NoDeadlineStaysNone) {
  EXPECT_EQ(CallerDeadline(gpr_inf_future(GPR_CLOCK_MONOTONIC), kNow), engine::kNever);
}

TEST(CallerDeadlineTest, APastDeadlineStaysPast) {
  EXPECT_EQ(Exact(-seconds(5)), kNow - seconds(5));
}

}  // namespace
}  // namespace gather::server
