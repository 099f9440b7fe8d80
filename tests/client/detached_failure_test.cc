#include "gather/detached_failure.h"

#include <gtest/gtest.h>

#include "absl/status/status.h"

namespace gather::internal {
namespace {

TEST(DetachedFailureTest, OneLineSaysAllOfIt) {
  const DetachedFailure failure{"0123abcd", 3,          "user",
                                "users",    "/a.B/Get", absl::NotFoundError("no such user")};
  EXPECT_EQ(ToLine(failure),
            "gather: detached sub-call 3 \"user\" (users /a.B/Get) of gather 0123abcd failed: "
            "NOT_FOUND: no such user");
}

TEST(DetachedFailureTest, WhatABackendWroteCannotMakeAnotherLine) {
  const DetachedFailure failure{"", 0, "", "", "", absl::InternalError("a\nb\x1b[1m")};
  EXPECT_EQ(ToLine(failure).find_first_of("\n\x1b"), std::string::npos);
}

}  // namespace
}  // namespace gather::internal
