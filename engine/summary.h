#ifndef GATHER_ENGINE_SUMMARY_H_
#define GATHER_ENGINE_SUMMARY_H_

#include <vector>

#include "engine/async/time.h"
#include "engine/gather_state.h"
#include "engine/outcome.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {

// The decision of a decided state as it is answered: with the status of the sub-call that decided,
// or one that says what the deadline or the caller cut short.
v1::Decision ToDecision(const GatherState& state, const std::vector<Outcome>& outcomes);

// What became of the outcomes, counted.
v1::Summary Summarize(const std::string& gather_id, const std::vector<Outcome>& outcomes,
                      Duration elapsed, Duration overhead);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_SUMMARY_H_
