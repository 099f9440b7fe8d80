#include "benchmarks/held_gather.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace gather::benchmarks {
namespace {

Options MakeOptions(int in_flight) {
  Options options;
  options.max_concurrency = in_flight;
  options.timeout = absl::Minutes(10);
  return options;
}

std::vector<Call<v1::EchoResponse>> MakeCalls(int count, int payload_bytes) {
  v1::EchoRequest request;
  request.set_payload(std::string(payload_bytes, 'x'));
  const Call<v1::EchoResponse> call("t0", "/gather.benchmarks.v1.HoldService/Hold", request);
  return {static_cast<std::size_t>(count), call};
}

}  // namespace

HeldGather::HeldGather(const Client& client, int calls, int in_flight, int payload_bytes)
    : replies_(AsyncGather(client, MakeOptions(in_flight), MakeCalls(calls, payload_bytes))) {}

absl::Status HeldGather::Await() { return replies_.Get().status(); }

absl::Status HeldGather::Cancel() {
  replies_.Cancel();
  const absl::Status status = replies_.Get().status();
  if (absl::IsCancelled(status)) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("a cancelled gather ended with ", status.ToString()));
}

}  // namespace gather::benchmarks
