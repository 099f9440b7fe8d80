// The request decoder and the plan, fed by libFuzzer: see CONTRIBUTING.md, "Fuzzing".

#include <cstddef>
#include <cstdint>

#include "tests/fuzz/request_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  gather::fuzz::TryRequest(bytes, size);
  return 0;
}
