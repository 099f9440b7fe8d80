#ifndef GATHER_SERVER_GATHER_LOG_H_
#define GATHER_SERVER_GATHER_LOG_H_

#include <vector>

#include "engine/outcome.h"
#include "server/log.h"

namespace gather::server {

// Writes one line, event `gather_failed`, for a gather that was not satisfied: id, label, verdict,
// counts and the first real failure. No payloads.
void LogIfFailed(const engine::Answer& answer);

// The fields of that line.
std::vector<LogField> FailureFields(const engine::Answer& answer);

}  // namespace gather::server

#endif  // GATHER_SERVER_GATHER_LOG_H_
