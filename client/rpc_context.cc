#include "gather/rpc_context.h"

#include <grpc/support/time.h>

#include <chrono>

namespace gather::internal {
namespace {

gpr_timespec ToTimespec(std::chrono::steady_clock::time_point time) {
  const auto left =
      std::chrono::duration_cast<std::chrono::nanoseconds>(time - std::chrono::steady_clock::now());
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                      gpr_time_from_nanos(left.count(), GPR_TIMESPAN));
}

}  // namespace

void Prepare(const GatherContext& gather, grpc::ClientContext* rpc) {
  if (gather.deadline.has_value()) rpc->set_deadline(ToTimespec(*gather.deadline));
  for (const auto& [key, value] : gather.metadata) rpc->AddMetadata(key, value);
}

}  // namespace gather::internal
