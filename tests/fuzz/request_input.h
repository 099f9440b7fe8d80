#ifndef GATHER_TESTS_FUZZ_REQUEST_INPUT_H_
#define GATHER_TESTS_FUZZ_REQUEST_INPUT_H_

#include <cstddef>
#include <cstdint>

namespace gather::fuzz {

// Takes bytes that anybody may have sent through the request decoder and the plan, and aborts where
// what comes out is not what the engine relies on. The first byte says what the others are: even, a
// GatherRequest; odd, the messages of a group, each with its length in front, a byte.
void TryRequest(const std::uint8_t* bytes, std::size_t size);

}  // namespace gather::fuzz

#endif  // GATHER_TESTS_FUZZ_REQUEST_INPUT_H_
