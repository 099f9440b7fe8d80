#ifndef GATHER_SERVER_CALLER_DEADLINE_H_
#define GATHER_SERVER_CALLER_DEADLINE_H_

#include <grpc/support/time.h>

#include "engine/async/time.h"

namespace gather::server {

// The latest time by which the caller itself may give up, when gRPC says `received` of its RPC's
// deadline; kNever when it has none.
//
// gRPC's C core rounds a timeout up when it sends it, to two digits and a bit: from 1 s on to the
// next 10 ms, from 10 s on to the next 100 ms, and so on. The caller keeps the exact one, so the
// most that may have been added is taken off again; else the answer reserve would be spent on it.
engine::Time CallerDeadline(gpr_timespec received, engine::Time now);

}  // namespace gather::server

#endif  // GATHER_SERVER_CALLER_DEADLINE_H_
