#ifndef GATHER_TESTS_SUPPORT_HTTP2_FRAMES_H_
#define GATHER_TESTS_SUPPORT_HTTP2_FRAMES_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

// The few HTTP/2 frames (RFC 9113) that a scripted backend sends or looks at. Pure functions: bytes
// in, bytes out; no sockets. Headers are written as HPACK literals without indexing or Huffman
// coding, which every peer must accept; received header blocks are not decoded.
namespace gather::test {

enum class FrameType : uint8_t {
  kData = 0,
  kHeaders = 1,
  kRstStream = 3,
  kSettings = 4,
  kPing = 6,
  kGoAway = 7,
};

inline constexpr uint8_t kAckFlag = 0x1;
inline constexpr uint8_t kEndStreamFlag = 0x1;
inline constexpr uint8_t kEndHeadersFlag = 0x4;
inline constexpr size_t kFrameHeaderBytes = 9;

// What every client sends before its first frame.
inline constexpr absl::string_view kClientPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

struct Frame {
  FrameType type = FrameType::kData;
  uint8_t flags = 0;
  uint32_t stream = 0;
  std::string payload;
};

// Names in lower case; pseudo headers first.
using HeaderList = std::vector<std::pair<std::string, std::string>>;

std::string EncodeFrame(const Frame& frame);

// Reads the nine header bytes: `payload` of the result is empty, `*payload_bytes` says how many
// bytes follow.
Frame DecodeFrameHeader(absl::string_view header, size_t* payload_bytes);

std::string HeadersFrame(uint32_t stream, const HeaderList& headers, bool end_stream);

// One gRPC message, in as many DATA frames as it takes. `compressed` only sets the message's flag
// byte.
std::string MessageFrames(uint32_t stream, absl::string_view message, bool compressed = false);

std::string ResetFrame(uint32_t stream, uint32_t error_code);

std::string GoAwayFrame(uint32_t last_stream, uint32_t error_code);

// Pairs of setting identifier and value; none: an empty SETTINGS frame.
std::string SettingsFrame(const std::vector<std::pair<uint16_t, uint32_t>>& settings);

}  // namespace gather::test

#endif  // GATHER_TESTS_SUPPORT_HTTP2_FRAMES_H_
