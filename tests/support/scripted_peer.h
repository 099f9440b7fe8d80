#ifndef GATHER_TESTS_SUPPORT_SCRIPTED_PEER_H_
#define GATHER_TESTS_SUPPORT_SCRIPTED_PEER_H_

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/support/http2_frames.h"

namespace gather::test {

// One accepted connection, seen from the backend's side, driven by a script that is plain blocking
// code. Every method returns when its step is done or when the client (or `Interrupt`) has ended
// the connection; what is sent after that is dropped, so scripts need no error handling.
//
// Threads: a script's methods from one thread; `Interrupt` from any.
//
// Example:
//   void RefuseFirstStream(ScriptedPeer& peer) {
//     peer.Handshake();
//     if (auto stream = peer.AwaitRequest()) peer.Send(ResetFrame(*stream, 7));
//     peer.AwaitClose();
//   }
class ScriptedPeer {
 public:
  // Takes over `fd`. `on_stream` is called once per request stream seen.
  ScriptedPeer(int fd, std::function<void()> on_stream);
  ~ScriptedPeer();
  ScriptedPeer(const ScriptedPeer&) = delete;
  ScriptedPeer& operator=(const ScriptedPeer&) = delete;

  // Reads the client's preface, sends SETTINGS. False when the client left before.
  bool Handshake(const std::vector<std::pair<uint16_t, uint32_t>>& settings = {});

  // Reads until a stream's HEADERS have come, and returns its id; nothing when the client left.
  std::optional<uint32_t> AwaitHeaders();

  // Reads until a stream has been half-closed by the client, and returns its id.
  std::optional<uint32_t> AwaitRequest();

  // Sends a PING and reads until its answer: then the client has handled everything sent before.
  bool AwaitPingAnswer();

  // Reads and drops everything until the client closes. Answers no PING and acknowledges nothing.
  void AwaitClose();

  void Send(absl::string_view bytes);

  // Ends only the peer's direction: the client reads end of file and can still send.
  void FinishSending();

  // Ends the connection in order: the client reads everything sent, then end of file.
  void Close();

  // Ends the connection by a TCP reset.
  void Reset();

  // Wakes and fails whatever the script is waiting for, now and later.
  void Interrupt();

 private:
  bool ReadExactly(size_t bytes, std::string* out);
  // Reads one frame; answers SETTINGS and PING, counts streams.
  std::optional<Frame> ReadFrame();
  void CloseDescriptor();

  const std::function<void()> on_stream_;
  std::mutex mu_;  // Guards fd_ against Interrupt during a close.
  int fd_;
};

}  // namespace gather::test

#endif  // GATHER_TESTS_SUPPORT_SCRIPTED_PEER_H_
