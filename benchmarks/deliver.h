#ifndef BENCHMARKS_DELIVER_H_
#define BENCHMARKS_DELIVER_H_

#include "engine/async/operation.h"

namespace gather::benchmarks {

// Hands a tag that came out of a completion queue to the operation behind it.
inline void Deliver(void* tag, bool ok) { static_cast<engine::Operation*>(tag)->OnDone(ok); }

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_DELIVER_H_
