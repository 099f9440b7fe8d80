#include "engine/outcome_wire.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstring>

#include "gather/v1/gather.pb.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/io/coded_stream.h"

namespace gather::engine {
namespace {

using google::protobuf::Duration;
using google::protobuf::io::CodedOutputStream;
using std::chrono::nanoseconds;

// Each of these writes one field at `at`, where there is room for it, and returns its end. All
// field numbers here are below 16, so that a tag is one byte.

constexpr std::size_t kMaxVarintBytes = 10;
constexpr std::size_t kMaxHeadBytes = 1 + kMaxVarintBytes;

std::uint8_t* WriteTag(int field, int wire_type, std::uint8_t* at) {
  *at = static_cast<std::uint8_t>(field << 3 | wire_type);
  return at + 1;
}

std::uint8_t* WritePresent(int field, std::uint64_t value, std::uint8_t* at) {
  constexpr int kVarint = 0;
  return CodedOutputStream::WriteVarint64ToArray(value, WriteTag(field, kVarint, at));
}

std::uint8_t* WriteNumber(int field, std::uint64_t value, std::uint8_t* at) {
  return value == 0 ? at : WritePresent(field, value, at);
}

std::uint8_t* WriteHead(int field, std::size_t bytes, std::uint8_t* at) {
  constexpr int kLengthDelimited = 2;
  return CodedOutputStream::WriteVarint64ToArray(bytes, WriteTag(field, kLengthDelimited, at));
}

std::uint8_t* WriteString(int field, absl::string_view value, std::uint8_t* at) {
  if (value.empty()) return at;
  return std::copy(value.begin(), value.end(), WriteHead(field, value.size(), at));
}

// A message that `write` writes. Most are shorter than 128 bytes, so that their length is one byte;
// others have to move.
template <typename Write>
std::uint8_t* WriteMessage(int field, std::uint8_t* at, Write write) {
  std::uint8_t* const content = at + 2;
  const std::size_t bytes = write(content) - content;
  if (bytes < 128) return WriteHead(field, bytes, at) + bytes;
  std::uint8_t* const moved = at + 1 + CodedOutputStream::VarintSize64(bytes);
  std::memmove(moved, content, bytes);
  return WriteHead(field, bytes, at) + bytes;
}

std::uint8_t* WriteDuration(int field, nanoseconds length, std::uint8_t* at) {
  if (length == nanoseconds(0)) return at;  // never
  return WriteMessage(field, at, [length](std::uint8_t* at) {
    constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
    at = WriteNumber(Duration::kSecondsFieldNumber, length.count() / kNanosPerSecond, at);
    return WriteNumber(Duration::kNanosFieldNumber, length.count() % kNanosPerSecond, at);
  });
}

std::uint8_t* WriteTiming(const Timing& timing, std::uint8_t* at) {
  at = WriteDuration(v1::Timing::kQueuedFieldNumber, timing.queued, at);
  at = WriteDuration(v1::Timing::kStartedFieldNumber, timing.started, at);
  at = WriteDuration(v1::Timing::kFinishedFieldNumber, timing.finished, at);
  at = WriteNumber(v1::Timing::kAttemptsFieldNumber, timing.attempts, at);
  at = WriteNumber(v1::Timing::kWinningAttemptFieldNumber, timing.winning_attempt, at);
  return WriteString(v1::Timing::kPeerFieldNumber, timing.peer, at);
}

std::uint8_t* WriteStatus(const v1::Status& status, std::uint8_t* at) {
  at = WriteHead(v1::Outcome::kStatusFieldNumber, status.ByteSizeLong(), at);
  return status.SerializeWithCachedSizesToArray(at);
}

std::uint8_t* WriteTrailer(absl::string_view key, absl::string_view value, std::uint8_t* at) {
  return WriteMessage(v1::Outcome::kTrailersFieldNumber, at, [key, value](std::uint8_t* at) {
    at = WriteString(v1::Metadata::kKeyFieldNumber, key, at);
    return WriteString(v1::Metadata::kValueFieldNumber, value, at);
  });
}

// No less than what the outcome takes.
std::size_t Room(const Outcome& outcome, absl::string_view id) {
  constexpr std::size_t kNumbersAndHeads = 24;
  std::size_t bytes = kNumbersAndHeads * kMaxHeadBytes + id.size() + outcome.timing.peer.size();
  if (outcome.status != nullptr) bytes += outcome.status->ByteSizeLong();
  for (const auto& [key, value] : outcome.trailers) {
    bytes += 3 * kMaxHeadBytes + key.size() + value.size();
  }
  return bytes;
}

}  // namespace

void AppendOutcome(const Outcome& outcome, std::uint32_t index, absl::string_view id,
                   std::string* bytes) {
  const std::size_t before = bytes->size();
  bytes->resize(before + Room(outcome, id));
  auto* const begin = reinterpret_cast<std::uint8_t*>(bytes->data() + before);
  std::uint8_t* at = WriteNumber(v1::Outcome::kIndexFieldNumber, index, begin);
  at = WriteString(v1::Outcome::kIdFieldNumber, id, at);
  at = WriteNumber(v1::Outcome::kDispositionFieldNumber, outcome.disposition, at);
  if (outcome.status != nullptr) at = WriteStatus(*outcome.status, at);
  at = WriteNumber(v1::Outcome::kCauseFieldNumber, outcome.cause, at);
  if (outcome.caused_by) {
    at = WritePresent(v1::Outcome::kCausedByFieldNumber, *outcome.caused_by, at);
  }
  at = WriteNumber(v1::Outcome::kOriginFieldNumber, outcome.origin, at);
  at = WriteNumber(v1::Outcome::kDeliveryFieldNumber, outcome.delivery, at);
  at = WriteMessage(v1::Outcome::kTimingFieldNumber, at,
                    [&outcome](std::uint8_t* at) { return WriteTiming(outcome.timing, at); });
  for (const auto& [key, value] : outcome.trailers) at = WriteTrailer(key, value, at);
  at = WriteNumber(v1::Outcome::kFromFallbackFieldNumber, outcome.from_fallback ? 1 : 0, at);
  bytes->resize(before + (at - begin));
}

}  // namespace gather::engine
