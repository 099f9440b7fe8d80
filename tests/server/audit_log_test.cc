#include "server/audit_log.h"

#include "engine/outcome.h"
#include "engine/planned_call.h"
#include "engine/run_settings.h"
#include "gtest/gtest.h"

namespace gather::server {
namespace {

// A later gather may be told of by the same address.
TEST(AuditLogTest, WhatIsForgottenIsNoLaterGathers) {
  AuditLog log;
  engine::RunSettings gather;
  const engine::PlannedCall call;
  log.OnOutcome(gather, call, engine::Outcome());
  EXPECT_EQ(log.begun(), 1u);
  log.Forget();
  EXPECT_EQ(log.begun(), 0u);
}

}  // namespace
}  // namespace gather::server
