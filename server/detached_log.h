#ifndef GATHER_SERVER_DETACHED_LOG_H_
#define GATHER_SERVER_DETACHED_LOG_H_

#include <cstdint>
#include <vector>

#include "engine/outcome.h"
#include "server/log.h"

namespace gather::server {

// Writes one line, event `detached_failure`, for a sub-call that failed after its gather was
// answered: the gather's id, the sub-call, the failure, and `total`, how many there were since the
// server started. No payloads.
void LogDetachedFailure(const engine::DetachedFailure& failure, std::uint64_t total);

// The fields of that line.
std::vector<LogField> DetachedFailureFields(const engine::DetachedFailure& failure,
                                            std::uint64_t total);

}  // namespace gather::server

#endif  // GATHER_SERVER_DETACHED_LOG_H_
