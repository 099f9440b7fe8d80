#ifndef GATHER_TESTS_ENGINE_SLOT_CHECK_H_
#define GATHER_TESTS_ENGINE_SLOT_CHECK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/outcome.h"
#include "engine/planned_call.h"
#include "gather/v1/gather.pb.h"

namespace gather::testing {

// What truly became of a sub-call's attempt, as its backend would tell it.
struct AttemptTruth {
  bool started = false;
  std::optional<int> code;  // of the result that the run was given before it answered
  std::string message;
};

// What contradicts the wire contract's table "What a slot holds", or the truth, in words; empty
// when the slot is explained.
std::string FindSlotFault(const engine::Outcome& outcome, const engine::PlannedCall& call,
                          const v1::Decision& decision, const AttemptTruth& truth);

// The same for the decision and the summary, which must follow from the slots.
std::string FindAnswerFault(const engine::Answer& answer);

}  // namespace gather::testing

#endif  // GATHER_TESTS_ENGINE_SLOT_CHECK_H_
