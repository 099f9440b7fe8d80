#include "tests/support/scripted_peer.h"

#include <sys/socket.h>
#include <unistd.h>

namespace gather::test {
namespace {

constexpr absl::string_view kPingPayload = "scripted";

bool Has(const Frame& frame, uint8_t flag) { return (frame.flags & flag) != 0; }

}  // namespace

ScriptedPeer::ScriptedPeer(int fd, std::function<void()> on_stream)
    : on_stream_(std::move(on_stream)), fd_(fd) {}

ScriptedPeer::~ScriptedPeer() { CloseDescriptor(); }

bool ScriptedPeer::Handshake(const std::vector<std::pair<uint16_t, uint32_t>>& settings) {
  std::string preface;
  if (!ReadExactly(kClientPreface.size(), &preface)) return false;
  Send(SettingsFrame(settings));
  return true;
}

std::optional<uint32_t> ScriptedPeer::AwaitHeaders() {
  while (auto frame = ReadFrame()) {
    if (frame->type == FrameType::kHeaders) return frame->stream;
  }
  return std::nullopt;
}

std::optional<uint32_t> ScriptedPeer::AwaitRequest() {
  while (auto frame = ReadFrame()) {
    const bool request = frame->type == FrameType::kHeaders || frame->type == FrameType::kData;
    if (request && Has(*frame, kEndStreamFlag)) return frame->stream;
  }
  return std::nullopt;
}

bool ScriptedPeer::AwaitPingAnswer() {
  Send(EncodeFrame({FrameType::kPing, 0, 0, std::string(kPingPayload)}));
  while (auto frame = ReadFrame()) {
    if (frame->type == FrameType::kPing && Has(*frame, kAckFlag)) return true;
  }
  return false;
}

void ScriptedPeer::AwaitClose() {
  char sink[4096];
  while (recv(fd_, sink, sizeof(sink), 0) > 0) {
  }
}

void ScriptedPeer::Send(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(sent);
  }
}

void ScriptedPeer::FinishSending() { shutdown(fd_, SHUT_WR); }

void ScriptedPeer::Close() {
  FinishSending();
  // Closing with unread bytes would turn the end of file into a reset.
  AwaitClose();
  CloseDescriptor();
}

void ScriptedPeer::Reset() {
  const linger abort = {1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &abort, sizeof(abort));
  CloseDescriptor();
}

void ScriptedPeer::Interrupt() {
  const std::lock_guard<std::mutex> lock(mu_);
  if (fd_ >= 0) shutdown(fd_, SHUT_RDWR);
}

bool ScriptedPeer::ReadExactly(size_t bytes, std::string* out) {
  out->resize(bytes);
  for (size_t have = 0; have < bytes;) {
    const ssize_t got = recv(fd_, &(*out)[have], bytes - have, 0);
    if (got <= 0) return false;
    have += got;
  }
  return true;
}

std::optional<Frame> ScriptedPeer::ReadFrame() {
  std::string header;
  size_t payload_bytes = 0;
  if (!ReadExactly(kFrameHeaderBytes, &header)) return std::nullopt;
  Frame frame = DecodeFrameHeader(header, &payload_bytes);
  if (!ReadExactly(payload_bytes, &frame.payload)) return std::nullopt;
  if (frame.type == FrameType::kSettings && !Has(frame, kAckFlag)) {
    Send(EncodeFrame({FrameType::kSettings, kAckFlag, 0, ""}));
  }
  if (frame.type == FrameType::kPing && !Has(frame, kAckFlag)) {
    Send(EncodeFrame({FrameType::kPing, kAckFlag, 0, frame.payload}));
  }
  if (frame.type == FrameType::kHeaders) on_stream_();
  return frame;
}

void ScriptedPeer::CloseDescriptor() {
  const std::lock_guard<std::mutex> lock(mu_);
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

}  // namespace gather::test
