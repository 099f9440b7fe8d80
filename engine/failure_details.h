#ifndef GATHER_ENGINE_FAILURE_DETAILS_H_
#define GATHER_ENGINE_FAILURE_DETAILS_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/outcome.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {

// The real failures of `answer` in index order, as the RPC status tells them: at most `max_bytes`
// serialised. `used` is the failure whose code the RPC takes. What does not fit is cut in this
// order, no more than needed: the failures' details, last failure first; their messages to 64
// bytes; failures from the end. The decision, the counts, the summary and the used failure stay,
// unless they alone are too much: then the decision's message goes to 64 bytes, the used failure's
// details go, and its message goes to 64 bytes. O(failures).
//
// The decision's status has code and message only, and the summary no decision of its own: both
// stand elsewhere in the same message.
v1::GatherFailure MakeGatherFailure(const Answer& answer, std::optional<std::uint32_t> used,
                                    std::size_t max_bytes);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_FAILURE_DETAILS_H_
