#ifndef GATHER_ENGINE_HOP_PATH_H_
#define GATHER_ENGINE_HOP_PATH_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/refusal.h"

// Gathers of gathers: a target may be a gather service itself. Each service that a request passes
// through adds its id to the metadata `gather-path`, comma-separated, and so none runs in a circle.
namespace gather::engine {

// The metadata key.
inline constexpr absl::string_view kHopPathKey = "gather-path";

// How many gather services a request may have passed through before it comes to this one.
inline constexpr int kMaxHops = 3;

// What this process is called in hop paths: random bits, in hexadecimal. From any thread.
const std::string& InstanceId();

// Whether a request that came along `path` (empty: directly) must go no further.
// FAILED_PRECONDITION LOOP: this process stands in it, or too many do; INVALID_ARGUMENT
// BAD_METADATA: it is no path.
std::optional<Refusal> CheckHopPath(absl::string_view path);

// The path that sub-calls to gather services are sent with.
std::string NextHopPath(absl::string_view path);

// Whether a method is one of a gather service's.
bool IsGatherMethod(absl::string_view method);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_HOP_PATH_H_
