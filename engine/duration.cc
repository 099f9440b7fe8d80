#include "engine/duration.h"

#include <cstdint>

namespace gather::engine {

void ToProto(std::chrono::nanoseconds length, google::protobuf::Duration* out) {
  constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
  out->set_seconds(length.count() / kNanosPerSecond);
  out->set_nanos(static_cast<std::int32_t>(length.count() % kNanosPerSecond));
}

}  // namespace gather::engine
