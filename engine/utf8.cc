#include "engine/utf8.h"

#include <cstdint>

namespace gather::engine {
namespace {

constexpr std::uint32_t kLastCodePoint = 0x10FFFF;

std::uint8_t ByteAt(absl::string_view text, std::size_t i) {
  return static_cast<std::uint8_t>(text[i]);
}

bool IsContinuation(std::uint8_t byte) { return (byte & 0xC0) == 0x80; }

// How long a character that begins with `lead` claims to be; 0 for a byte that begins none.
std::size_t ClaimedLength(std::uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

// The length of the character at `i`, or 0 when the byte there is part of none: overlong forms,
// surrogates and code points past the last are not UTF-8.
std::size_t CharacterLength(absl::string_view text, std::size_t i) {
  const std::size_t length = ClaimedLength(ByteAt(text, i));
  if (length <= 1) return length;
  if (length > text.size() - i) return 0;
  std::uint32_t code_point = ByteAt(text, i) & (0xFF >> (length + 1));
  for (std::size_t k = 1; k < length; ++k) {
    const std::uint8_t byte = ByteAt(text, i + k);
    if (!IsContinuation(byte)) return 0;
    code_point = code_point << 6 | (byte & 0x3F);
  }
  if (length == 3 && (code_point < 0x800 || (code_point >= 0xD800 && code_point < 0xE000))) {
    return 0;
  }
  if (length == 4 && (code_point < 0x10000 || code_point > kLastCodePoint)) return 0;
  return length;
}

}  // namespace

absl::string_view CutUtf8(absl::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes;
  for (int back = 0; back < 3 && end > 0 && IsContinuation(ByteAt(text, end)); ++back) --end;
  return text.substr(0, end);
}

std::string ValidUtf8(absl::string_view text, std::size_t max_bytes) {
  std::string valid(text);
  for (std::size_t i = 0; i < valid.size();) {
    const std::size_t length = CharacterLength(valid, i);
    if (length == 0) valid[i] = '?';
    i += length == 0 ? 1 : length;
  }
  valid.resize(CutUtf8(valid, max_bytes).size());
  return valid;
}

}  // namespace gather::engine
