#include "engine/failure_origin.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"

namespace gather::engine {
namespace {

// google.rpc.Code, as far as the table needs them.
constexpr int kOk = 0;
constexpr int kCancelled = 1;
constexpr int kUnknown = 2;
constexpr int kDeadlineExceeded = 4;
constexpr int kResourceExhausted = 8;
constexpr int kUnimplemented = 12;
constexpr int kInternal = 13;
constexpr int kUnavailable = 14;
constexpr int kLastCode = 16;
constexpr int kAnyCode = -1;

constexpr char kBackendProtocol[] = "BACKEND_PROTOCOL";
constexpr char kReplyTooLarge[] = "REPLY_TOO_LARGE";

enum class Match { kWhole, kStart, kEnd };

// Where a text counts: only while no peer is known (see the header), or anywhere.
enum class Where { kNoPeer, kAnywhere };

enum class Kind {
  kNotConnected,  // never sent
  kRefused,       // never looked at, may be sent once more
  kBroken,        // the connection or the stream broke off
  kProtocol,      // the backend does not keep to the protocol
  kTooLarge,      // ended by us
  kEnded,         // ended by us
};

struct Row {
  int code;
  Match match;
  absl::string_view text;
  Where where;
  Kind kind;
};

// More special rows first. The test beside this table produces each of them on a socket.
constexpr Row kRows[] = {
    {kUnavailable, Match::kStart, "failed to connect to all addresses", Where::kNoPeer,
     Kind::kNotConnected},
    {kUnavailable, Match::kStart, "connections to all backends failing", Where::kNoPeer,
     Kind::kNotConnected},
    {kUnavailable, Match::kStart, "empty address list", Where::kNoPeer, Kind::kNotConnected},
    {kUnavailable, Match::kStart, "DNS resolution failed", Where::kNoPeer, Kind::kNotConnected},
    {kUnknown, Match::kWhole, "Failed to create secure client channel", Where::kNoPeer,
     Kind::kNotConnected},
    {kUnavailable, Match::kWhole, "Received RST_STREAM with error code 7", Where::kAnywhere,
     Kind::kRefused},
    {kUnavailable, Match::kWhole, "GOAWAY received", Where::kAnywhere, Kind::kRefused},
    {kAnyCode, Match::kStart, "Received RST_STREAM with error code ", Where::kAnywhere,
     Kind::kBroken},
    {kAnyCode, Match::kStart, "Received http2 header with status: ", Where::kAnywhere,
     Kind::kBroken},
    {kUnavailable, Match::kWhole, "Socket closed", Where::kAnywhere, Kind::kBroken},
    {kUnavailable, Match::kEnd, "Connection reset by peer", Where::kAnywhere, Kind::kBroken},
    {kUnavailable, Match::kEnd, "Broken pipe", Where::kAnywhere, Kind::kBroken},
    {kUnavailable, Match::kWhole, "keepalive watchdog timeout", Where::kAnywhere, Kind::kBroken},
    {kUnknown, Match::kWhole, "Stream removed", Where::kAnywhere, Kind::kProtocol},
    {kUnknown, Match::kWhole, "No status received", Where::kAnywhere, Kind::kProtocol},
    {kUnimplemented, Match::kStart, "Compression algorithm '", Where::kNoPeer, Kind::kProtocol},
    {kResourceExhausted, Match::kStart, "Received message larger than max", Where::kNoPeer,
     Kind::kTooLarge},
    {kDeadlineExceeded, Match::kWhole, "Deadline Exceeded", Where::kNoPeer, Kind::kEnded},
    {kCancelled, Match::kWhole, "CANCELLED", Where::kNoPeer, Kind::kEnded},
};

bool IsWrittenLikePeer(absl::string_view channel_target) {
  if (absl::StrContains(channel_target, ',')) return false;  // several addresses; a peer is one
  constexpr absl::string_view kSchemes[] = {"ipv4:", "ipv6:", "unix:", "unix-abstract:", "vsock:"};
  return std::any_of(std::begin(kSchemes), std::end(kSchemes), [&](absl::string_view scheme) {
    return absl::StartsWith(channel_target, scheme);
  });
}

bool HasNoPeer(const CallEnd& end) {
  if (end.peer != end.channel_target) return false;
  return !IsWrittenLikePeer(end.channel_target) ||
         absl::StrContains(end.message, end.channel_target);
}

bool TextMatches(const Row& row, absl::string_view message) {
  switch (row.match) {
    case Match::kWhole:
      return message == row.text;
    case Match::kStart:
      return absl::StartsWith(message, row.text);
    case Match::kEnd:
      return absl::EndsWith(message, row.text);
  }
  return false;
}

FailureOrigin Protocol(int code) {
  return {.origin = v1::ORIGIN_TRANSPORT,
          .delivery = v1::DELIVERY_EFFECT_UNKNOWN,
          .code = code,
          .reason = kBackendProtocol};
}

FailureOrigin OfKind(Kind kind, int code) {
  FailureOrigin found = {
      .origin = v1::ORIGIN_TRANSPORT, .delivery = v1::DELIVERY_EFFECT_UNKNOWN, .code = code};
  switch (kind) {
    case Kind::kNotConnected:
      found.delivery = v1::DELIVERY_NEVER_SENT;
      break;
    case Kind::kRefused:
      found.delivery = v1::DELIVERY_NEVER_SENT;
      found.refused_unprocessed = true;
      break;
    case Kind::kBroken:
      break;
    case Kind::kProtocol:
      return Protocol(kInternal);
    case Kind::kTooLarge:
      found.origin = v1::ORIGIN_ORCHESTRATOR;
      found.reason = kReplyTooLarge;
      break;
    case Kind::kEnded:
      found.origin = v1::ORIGIN_ORCHESTRATOR;
      break;
  }
  return found;
}

}  // namespace

FailureOrigin FindFailureOrigin(const CallEnd& end) {
  if (end.code == kOk) {
    const bool complete = end.got_message || end.server_streaming;
    return complete && !end.compressed ? FailureOrigin{} : Protocol(kInternal);
  }
  if (end.code < kOk || end.code > kLastCode) return Protocol(kUnknown);
  const bool no_peer = HasNoPeer(end);
  for (const Row& row : kRows) {
    if (row.code != kAnyCode && row.code != end.code) continue;
    if (row.where == Where::kNoPeer && !no_peer) continue;
    if (!TextMatches(row, end.message)) continue;
    const bool untrue = row.kind == Kind::kRefused && end.got_message;  // it has been looked at
    return OfKind(untrue ? Kind::kBroken : row.kind, end.code);
  }
  if (no_peer) return OfKind(Kind::kBroken, end.code);
  return {.origin = v1::ORIGIN_BACKEND, .delivery = v1::DELIVERY_ANSWERED, .code = end.code};
}

}  // namespace gather::engine
