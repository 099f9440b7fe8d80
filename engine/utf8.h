#ifndef GATHER_ENGINE_UTF8_H_
#define GATHER_ENGINE_UTF8_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace gather::engine {

// The longest beginning of `text` that is at most `max_bytes` long and does not end inside of a
// UTF-8 character. Of text that is not UTF-8, at most three bytes fewer than `max_bytes`.
absl::string_view CutUtf8(absl::string_view text, std::size_t max_bytes);

// `text` with every byte that belongs to no UTF-8 character replaced by `?`, then cut as CutUtf8
// does. What a backend says goes through this: a single wrong byte in a string field would make
// the whole answer unreadable to most languages' protobuf.
std::string ValidUtf8(absl::string_view text, std::size_t max_bytes);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_UTF8_H_
