#ifndef GATHER_CLIENT_DETACHED_FAILURE_H_
#define GATHER_CLIENT_DETACHED_FAILURE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace gather {

// A call that failed after its gather had been answered without it: its outcome there said
// DETACHED.
struct DetachedFailure {
  std::string gather_id;
  std::uint32_t index = 0;  // of the call in its gather
  std::string id;
  std::string target;
  std::string method;
  absl::Status status;
};

namespace internal {

// One line that says all of it, without an end of line. What a backend wrote is escaped.
std::string ToLine(const DetachedFailure& failure);

void WriteToStandardError(const DetachedFailure& failure);

}  // namespace internal
}  // namespace gather

#endif  // GATHER_CLIENT_DETACHED_FAILURE_H_
