#ifndef GATHER_SERVER_GATHER_LOG_H_
#define GATHER_SERVER_GATHER_LOG_H_

#include <cstdint>
#include <vector>

#include "engine/outcome.h"
#include "server/log.h"

namespace gather::server {

// Whether the gather was decided, and not satisfied.
bool HasFailed(const engine::Answer& answer);

// Writes one line, event `gather_failed`, for a gather that was not satisfied: id, label, verdict,
// counts and the first real failure; and `suppressed`, how many such lines were not written since
// the last one, if any. No payloads.
void LogFailedGather(const engine::Answer& answer, std::uint64_t suppressed);

// The fields of that line.
std::vector<LogField> FailureFields(const engine::Answer& answer);

}  // namespace gather::server

#endif  // GATHER_SERVER_GATHER_LOG_H_
