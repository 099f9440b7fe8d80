#ifndef GATHER_ENGINE_SUMMARY_H_
#define GATHER_ENGINE_SUMMARY_H_

#include "engine/async/time.h"
#include "engine/gather_state.h"
#include "engine/outcome.h"
#include "engine/tally.h"

namespace gather::engine {

// Fills in the answer's decision from a decided state: with the status of the sub-call that
// decided, or one that says what the deadline or the caller cut short. Needs the answer's outcomes
// or failures; `deadline` is the gather's, counted from acceptance.
void SetDecision(const GatherState& state, const Tally& tally, Duration deadline, Answer* answer);

// Fills in the answer's summary: what became of its sub-calls, counted.
void SetSummary(const Tally& tally, Duration elapsed, Duration overhead, Answer* answer);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_SUMMARY_H_
