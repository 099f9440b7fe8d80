#include "tests/engine/expected_outcome.h"

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "absl/strings/str_cat.h"

namespace gather::testing {
namespace {

using SlotEnd = engine::GatherState::SlotEnd;

constexpr engine::Duration kTolerance = std::chrono::milliseconds(10);  // semantics 66

bool Covers(const v1::Fallback& fallback, int code) {
  return fallback.codes_size() == 0 || std::find(fallback.codes().begin(), fallback.codes().end(),
                                                 code) != fallback.codes().end();
}

// The rule of semantics 74.
ExpectedOutcome WithFallback(ExpectedOutcome failure, const v1::SubCall& call) {
  if (!call.has_fallback() || !Covers(call.fallback(), *failure.code)) return failure;
  failure.end = SlotEnd::kSuccess;
  failure.disposition = v1::DISPOSITION_SUCCEEDED;
  failure.cause = v1::CAUSE_UNSPECIFIED;
  failure.from_fallback = true;
  failure.payload = call.fallback().response();
  if (call.server_streaming()) failure.payload = AsPayload(failure.payload);
  return failure;
}

ExpectedOutcome Failed(const Arrival& arrival) {
  ExpectedOutcome failed;
  failed.end = SlotEnd::kFailure;
  failed.disposition = v1::DISPOSITION_FAILED;
  failed.code = arrival.code;
  failed.message = arrival.message;
  failed.origin = arrival.origin;
  failed.delivery = arrival.delivery;
  return failed;
}

ExpectedOutcome OwnDeadline(v1::Disposition disposition, v1::Delivery delivery) {
  ExpectedOutcome expired;
  expired.end = SlotEnd::kFailure;
  expired.disposition = disposition;
  expired.cause = v1::CAUSE_SUB_CALL_DEADLINE;
  expired.code = 4;
  expired.origin = v1::ORIGIN_ORCHESTRATOR;
  expired.delivery = delivery;
  return expired;
}

int CodeOfStop(v1::Cause cause) {
  if (cause == v1::CAUSE_GATHER_DEADLINE) return 4;
  if (cause == v1::CAUSE_LIMIT) return 8;
  return cause == v1::CAUSE_SHUTDOWN ? 14 : 1;
}

template <typename Slices>
std::string Join(const Slices& slices) {
  std::string bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

template <typename T>
std::string Show(const std::optional<T>& value) {
  return value ? absl::StrCat(*value) : "none";
}

}  // namespace

ExpectedOutcome ExpectArrived(const SubCallRecord& record, engine::Time gather_deadline) {
  const Arrival& arrival = *record.arrived;
  if (arrival.code == 0) {
    ExpectedOutcome succeeded;
    succeeded.end = SlotEnd::kSuccess;
    succeeded.disposition = v1::DISPOSITION_SUCCEEDED;
    succeeded.delivery = v1::DELIVERY_ANSWERED;
    succeeded.payload = record.call.server_streaming() ? record.brought : arrival.bytes;
    return succeeded;
  }
  if (arrival.code == 1 && record.asked_to_stop) return ExpectStopped(*record.asked_to_stop, true);
  if (record.call.shielded()) gather_deadline = engine::kNever;
  const engine::Time effective = std::min(record.own_deadline, gather_deadline);
  const bool by_deadline =
      arrival.code == 4 && effective != engine::kNever && arrival.at >= effective - kTolerance;
  if (!by_deadline) return WithFallback(Failed(arrival), record.call);
  if (record.own_deadline >= gather_deadline) {
    return ExpectStopped({v1::CAUSE_GATHER_DEADLINE, std::nullopt}, true);
  }
  return WithFallback(OwnDeadline(v1::DISPOSITION_FAILED, v1::DELIVERY_EFFECT_UNKNOWN),
                      record.call);
}

ExpectedOutcome ExpectRejected(const SubCallRecord& record) {
  ExpectedOutcome rejected;
  rejected.end = SlotEnd::kFailure;
  rejected.disposition = v1::DISPOSITION_REJECTED;
  if (*record.refusal_code == 8) rejected.cause = v1::CAUSE_LIMIT;
  rejected.code = record.refusal_code;
  rejected.origin = v1::ORIGIN_ORCHESTRATOR;
  rejected.delivery = v1::DELIVERY_NEVER_SENT;
  return record.fallback_heeds_refusal ? WithFallback(rejected, record.call) : rejected;
}

ExpectedOutcome ExpectExpiredInQueue(const SubCallRecord& record) {
  return WithFallback(OwnDeadline(v1::DISPOSITION_NOT_STARTED, v1::DELIVERY_NEVER_SENT),
                      record.call);
}

ExpectedOutcome ExpectStopped(const engine::GatherState::StopReason& reason, bool sent) {
  ExpectedOutcome stopped;
  if (reason.cause == v1::CAUSE_OWN_HANDLE) stopped.end = SlotEnd::kWithdrawn;
  stopped.disposition = sent ? v1::DISPOSITION_CANCELLED : v1::DISPOSITION_NOT_STARTED;
  stopped.cause = reason.cause;
  stopped.caused_by = reason.caused_by;
  stopped.code = CodeOfStop(reason.cause);
  stopped.origin = v1::ORIGIN_ORCHESTRATOR;
  stopped.delivery = sent ? v1::DELIVERY_EFFECT_UNKNOWN : v1::DELIVERY_NEVER_SENT;
  return stopped;
}

ExpectedOutcome ExpectDetached() {
  ExpectedOutcome detached;
  detached.disposition = v1::DISPOSITION_DETACHED;
  detached.delivery = v1::DELIVERY_EFFECT_UNKNOWN;
  return detached;
}

std::string Difference(const ExpectedOutcome& expected, const engine::Outcome& outcome) {
  if (outcome.disposition != expected.disposition) {
    return absl::StrCat(v1::Disposition_Name(outcome.disposition), ", not ",
                        v1::Disposition_Name(expected.disposition));
  }
  if (outcome.cause != expected.cause) {
    return absl::StrCat(v1::Cause_Name(outcome.cause), ", not ", v1::Cause_Name(expected.cause));
  }
  if (outcome.caused_by != expected.caused_by) {
    return absl::StrCat("caused by ", Show(outcome.caused_by), ", not ", Show(expected.caused_by));
  }
  std::optional<int> code;
  if (outcome.status != nullptr) code = outcome.status->code();
  if (code != expected.code) {
    return absl::StrCat("code ", Show(code), ", not ", Show(expected.code));
  }
  if (expected.message && outcome.status->message() != *expected.message) {
    return "not its backend's message";
  }
  if (code && outcome.status->message().empty()) return "a status without a message";
  if (outcome.origin != expected.origin) return "another origin";
  if (outcome.delivery != expected.delivery) return "another delivery";
  if (outcome.from_fallback != expected.from_fallback) return "wrong about the fallback";
  return PayloadOf(outcome) == expected.payload ? "" : "another payload";
}

std::string AsPayload(const std::string& message) { return absl::StrCat("[", message, "]"); }

std::string PayloadOf(const engine::Outcome& outcome) {
  std::string payload;
  if (outcome.responses == nullptr) {
    grpc::ByteBuffer copy(outcome.response);
    std::vector<grpc::Slice> slices;
    return copy.Dump(&slices).ok() ? Join(slices) : payload;
  }
  for (std::size_t i = 0; i < outcome.responses->size(); ++i) {
    payload += AsPayload(Join((*outcome.responses)[i]));
  }
  return payload;
}

}  // namespace gather::testing
