#ifndef GATHER_TESTS_ENGINE_EXPECTED_OUTCOME_H_
#define GATHER_TESTS_ENGINE_EXPECTED_OUTCOME_H_

#include <cstdint>
#include <optional>
#include <string>

#include "engine/async/time.h"
#include "engine/gather_state.h"
#include "engine/outcome.h"
#include "gather/v1/gather.pb.h"
#include "tests/engine/sub_call_record.h"

namespace gather::testing {

// What must stand in a slot: one row of the wire contract's table "What a slot holds".
struct ExpectedOutcome {
  engine::GatherState::SlotEnd end = engine::GatherState::SlotEnd::kStopped;
  v1::Disposition disposition = v1::DISPOSITION_UNSPECIFIED;
  v1::Cause cause = v1::CAUSE_UNSPECIFIED;
  std::optional<std::uint32_t> caused_by;
  std::optional<int> code;             // none: no status
  std::optional<std::string> message;  // where the backend's is to be kept
  v1::Origin origin = v1::ORIGIN_UNSPECIFIED;
  v1::Delivery delivery = v1::DELIVERY_UNSPECIFIED;
  bool from_fallback = false;
  std::string payload;
};

// Of a sub-call whose attempt has ended. `gather_deadline`: kNever where there is none.
ExpectedOutcome ExpectArrived(const SubCallRecord& record, engine::Time gather_deadline);

ExpectedOutcome ExpectRejected(const SubCallRecord& record);
ExpectedOutcome ExpectExpiredInQueue(const SubCallRecord& record);
ExpectedOutcome ExpectStopped(const engine::GatherState::StopReason& reason, bool sent);
ExpectedOutcome ExpectDetached();

// A message of a server-streaming sub-call, as it stands in its payload.
std::string AsPayload(const std::string& message);

// The bytes of a reply; of a server-streaming sub-call, each of its messages.
std::string PayloadOf(const engine::Outcome& outcome);

// What is otherwise than expected, in words; empty: nothing.
std::string Difference(const ExpectedOutcome& expected, const engine::Outcome& outcome);

}  // namespace gather::testing

#endif  // GATHER_TESTS_ENGINE_EXPECTED_OUTCOME_H_
