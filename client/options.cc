#include "gather/options.h"

#include <grpc/support/time.h>
#include <grpcpp/server_context.h>

#include <string>

#include "absl/strings/string_view.h"
#include "gather/caller_watch.h"

namespace gather {
namespace {

// The monotonic clock, whatever clock gRPC keeps the deadline on.
std::optional<std::chrono::steady_clock::time_point> DeadlineOf(
    const grpc::ServerContextBase& context) {
  const gpr_timespec deadline = context.raw_deadline();
  if (gpr_time_cmp(deadline, gpr_inf_future(deadline.clock_type)) == 0) return std::nullopt;
  const gpr_timespec left = gpr_time_sub(deadline, gpr_now(deadline.clock_type));
  return std::chrono::steady_clock::now() + std::chrono::seconds(left.tv_sec) +
         std::chrono::nanoseconds(left.tv_nsec);
}

}  // namespace

Options Options::FromServerContext(const grpc::ServerContextBase& context) {
  Options options;
  options.deadline = DeadlineOf(context);
  options.cancellation = internal::WatchCaller(context);
  for (absl::string_view name : {"traceparent", "tracestate", "grpc-trace-bin"}) {
    const auto [begin, end] =
        context.client_metadata().equal_range(grpc::string_ref(name.data(), name.size()));
    for (auto entry = begin; entry != end; ++entry) {
      options.metadata.emplace_back(name, std::string(entry->second.data(), entry->second.size()));
    }
  }
  return options;
}

}  // namespace gather
