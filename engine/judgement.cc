#include "engine/judgement.h"

#include <algorithm>

#include "engine/ending.h"

namespace gather::engine {
namespace {

using SlotEnd = GatherState::SlotEnd;

constexpr int kOk = 0;
constexpr int kCancelled = 1;
constexpr int kDeadlineExceeded = 4;
constexpr Duration kDeadlineTolerance = std::chrono::milliseconds(10);

bool IsDeadlines(const SentCall& call, Time now, const AttemptResult& result) {
  const Time effective = std::min(call.own_deadline, call.gather_deadline);
  return result.code == kDeadlineExceeded && effective != kNever &&
         now >= effective - kDeadlineTolerance;
}

}  // namespace

Judgement Judge(const SentCall& call, Time now, AttemptResult* result) {
  if (result->code == kOk) return {Succeeded(result), SlotEnd::kSuccess};
  if (result->code == kCancelled && call.stop.cause != v1::CAUSE_UNSPECIFIED) {
    const bool withdrawn = call.stop.cause == v1::CAUSE_OWN_HANDLE;
    return {Stopped(call.stop, /*sent=*/true), withdrawn ? SlotEnd::kWithdrawn : SlotEnd::kStopped};
  }
  if (!IsDeadlines(call, now, *result)) return {Failed(result), SlotEnd::kFailure};
  if (call.own_deadline < call.gather_deadline) return {OwnDeadline(*result), SlotEnd::kFailure};
  return {Stopped({v1::CAUSE_GATHER_DEADLINE, std::nullopt}, /*sent=*/true), SlotEnd::kStopped,
          /*gather_expired=*/true};
}

}  // namespace gather::engine
