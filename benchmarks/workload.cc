#include "benchmarks/workload.h"

#include "absl/strings/str_cat.h"

namespace gather::benchmarks {
namespace {

constexpr int kSlowEvery = 100;

}  // namespace

v1::FanOutRequest Workload::NextFanOut() {
  v1::FanOutRequest request;
  request.set_calls(shape_.calls);
  request.set_payload(payload_);
  for (int i = 0; i < shape_.calls; ++i) {
    if (NextIsSlow()) request.add_slow(i);
  }
  return request;
}

bool Workload::NextIsSlow() {
  return shape_.slow && (launched_.fetch_add(1, std::memory_order_relaxed) + 1) % kSlowEvery == 0;
}

std::string Check(const Shape& shape, const v1::FanOutResponse& response) {
  if (response.replies_size() != shape.calls) {
    return absl::StrCat(response.replies_size(), " replies from the middle");
  }
  for (const std::string& reply : response.replies()) {
    if (reply.size() == static_cast<size_t>(shape.payload_bytes)) continue;
    return absl::StrCat("a reply of ", reply.size(), " bytes from the middle");
  }
  return "";
}

}  // namespace gather::benchmarks
