// What the fuzzer has kept, each file once: a request that once did harm does none.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "gtest/gtest.h"
#include "tests/fuzz/request_input.h"

namespace gather::fuzz {
namespace {

TEST(RequestCorpusTest, EveryKeptInputIsPlannedOrRefused) {
  int inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator("tests/fuzz/corpus/request")) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    SCOPED_TRACE(entry.path().string());
    TryRequest(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    ++inputs;
  }
  EXPECT_GE(inputs, 70);
}

}  // namespace
}  // namespace gather::fuzz
