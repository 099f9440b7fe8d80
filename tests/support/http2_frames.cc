#include "tests/support/http2_frames.h"

#include "absl/strings/str_cat.h"

namespace gather::test {
namespace {

constexpr uint32_t kStreamMask = 0x7fffffff;
constexpr size_t kMaxFrameBytes = 16384;  // what a peer takes before it has said more
constexpr unsigned char kMaxSevenBitLength = 126;

std::string BigEndian(uint64_t value, int bytes) {
  std::string out(bytes, '\0');
  for (int i = bytes - 1; i >= 0; --i) {
    out[i] = static_cast<char>(value & 0xff);
    value >>= 8;
  }
  return out;
}

uint32_t FromBigEndian(absl::string_view bytes) {
  uint32_t value = 0;
  for (char byte : bytes) value = (value << 8) | static_cast<unsigned char>(byte);
  return value;
}

// An HPACK string literal without Huffman coding: a length with a seven-bit prefix, then the bytes.
std::string HpackString(absl::string_view text) {
  std::string out;
  if (text.size() <= kMaxSevenBitLength) {
    out.push_back(static_cast<char>(text.size()));
  } else {
    out.push_back(0x7f);
    size_t rest = text.size() - 0x7f;
    for (; rest >= 0x80; rest >>= 7) out.push_back(static_cast<char>(0x80 | (rest & 0x7f)));
    out.push_back(static_cast<char>(rest));
  }
  return absl::StrCat(out, text);
}

}  // namespace

std::string EncodeFrame(const Frame& frame) {
  return absl::StrCat(BigEndian(frame.payload.size(), 3),
                      BigEndian(static_cast<uint8_t>(frame.type), 1), BigEndian(frame.flags, 1),
                      BigEndian(frame.stream & kStreamMask, 4), frame.payload);
}

Frame DecodeFrameHeader(absl::string_view header, size_t* payload_bytes) {
  *payload_bytes = FromBigEndian(header.substr(0, 3));
  Frame frame;
  frame.type = static_cast<FrameType>(header[3]);
  frame.flags = static_cast<uint8_t>(header[4]);
  frame.stream = FromBigEndian(header.substr(5, 4)) & kStreamMask;
  return frame;
}

std::string HeadersFrame(uint32_t stream, const HeaderList& headers, bool end_stream) {
  std::string block;
  for (const auto& [name, value] : headers) {
    absl::StrAppend(&block, BigEndian(0, 1), HpackString(name), HpackString(value));
  }
  const uint8_t flags = kEndHeadersFlag | (end_stream ? kEndStreamFlag : 0);
  return EncodeFrame({FrameType::kHeaders, flags, stream, block});
}

std::string MessageFrames(uint32_t stream, absl::string_view message, bool compressed) {
  const std::string bytes =
      absl::StrCat(BigEndian(compressed ? 1 : 0, 1), BigEndian(message.size(), 4), message);
  std::string frames;
  for (size_t start = 0; start < bytes.size(); start += kMaxFrameBytes) {
    frames += EncodeFrame({FrameType::kData, 0, stream, bytes.substr(start, kMaxFrameBytes)});
  }
  return frames;
}

std::string ResetFrame(uint32_t stream, uint32_t error_code) {
  return EncodeFrame({FrameType::kRstStream, 0, stream, BigEndian(error_code, 4)});
}

std::string GoAwayFrame(uint32_t last_stream, uint32_t error_code) {
  return EncodeFrame({FrameType::kGoAway, 0, 0,
                      absl::StrCat(BigEndian(last_stream, 4), BigEndian(error_code, 4))});
}

std::string SettingsFrame(const std::vector<std::pair<uint16_t, uint32_t>>& settings) {
  std::string payload;
  for (const auto& [id, value] : settings) {
    absl::StrAppend(&payload, BigEndian(id, 2), BigEndian(value, 4));
  }
  return EncodeFrame({FrameType::kSettings, 0, 0, payload});
}

}  // namespace gather::test
