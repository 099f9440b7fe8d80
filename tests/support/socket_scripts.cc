#include "tests/support/socket_scripts.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace gather::test {
namespace {

HeaderList ResponseHeaders() { return {{":status", "200"}, {"content-type", "application/grpc"}}; }

// Plays `answer` for every request until the client leaves.
Script EachRequest(std::function<void(ScriptedPeer&, uint32_t)> answer) {
  return [answer = std::move(answer)](ScriptedPeer& peer) {
    peer.Handshake();
    while (auto stream = peer.AwaitRequest()) answer(peer, *stream);
  };
}

// Plays `answer` for the first request, then returns, which closes.
Script FirstRequest(std::function<void(ScriptedPeer&, uint32_t)> answer) {
  return [answer = std::move(answer)](ScriptedPeer& peer) {
    peer.Handshake();
    if (auto stream = peer.AwaitRequest()) answer(peer, *stream);
  };
}

}  // namespace

Script AcceptAndClose() {
  return [](ScriptedPeer&) {};
}

Script SettingsThenClose() {
  return [](ScriptedPeer& peer) {
    peer.Handshake();
    peer.AwaitPingAnswer();
  };
}

Script CloseAfterRequest() {
  return FirstRequest([](ScriptedPeer&, uint32_t) {});
}

Script ResetAfterRequest() {
  return FirstRequest([](ScriptedPeer& peer, uint32_t) { peer.Reset(); });
}

Script CloseAfterHeaders() {
  return FirstRequest([](ScriptedPeer& peer, uint32_t stream) {
    peer.Send(HeadersFrame(stream, ResponseHeaders(), false));
  });
}

Script CloseAfterMessage(std::string message) {
  return FirstRequest([message = std::move(message)](ScriptedPeer& peer, uint32_t stream) {
    peer.Send(absl::StrCat(HeadersFrame(stream, ResponseHeaders(), false),
                           MessageFrames(stream, message)));
  });
}

Script ResetStream(uint32_t code) {
  return EachRequest(
      [code](ScriptedPeer& peer, uint32_t stream) { peer.Send(ResetFrame(stream, code)); });
}

Script ResetStreamAfterHeaders(uint32_t code) {
  return EachRequest([code](ScriptedPeer& peer, uint32_t stream) {
    peer.Send(
        absl::StrCat(HeadersFrame(stream, ResponseHeaders(), false), ResetFrame(stream, code)));
  });
}

Script ResetStreamAfterMessage(std::string message, uint32_t code) {
  return EachRequest([message = std::move(message), code](ScriptedPeer& peer, uint32_t stream) {
    peer.Send(absl::StrCat(HeadersFrame(stream, ResponseHeaders(), false),
                           MessageFrames(stream, message), ResetFrame(stream, code)));
  });
}

Script GoAway(uint32_t last_stream, uint32_t code) {
  return FirstRequest([=](ScriptedPeer& peer, uint32_t) {
    peer.Send(GoAwayFrame(last_stream, code));
    peer.AwaitClose();
  });
}

Script GoAwayThenClose(uint32_t last_stream, uint32_t code) {
  return FirstRequest(
      [=](ScriptedPeer& peer, uint32_t) { peer.Send(GoAwayFrame(last_stream, code)); });
}

Script HttpOne() {
  return [](ScriptedPeer& peer) {
    peer.Send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  };
}

Script Garbage() {
  return [](ScriptedPeer& peer) { peer.Send("\x7f\x7f\x7f this is no protocol at all \r\n"); };
}

Script TlsAlert() {
  // A fatal alert, unexpected message, in a TLS 1.2 record.
  return
      [](ScriptedPeer& peer) { peer.Send(absl::string_view("\x15\x03\x03\x00\x02\x02\x0a", 7)); };
}

Script GarbageAfterRequest() {
  return FirstRequest([](ScriptedPeer& peer, uint32_t) {
    peer.Send("\x7f\x7f\x7f this is no frame at all \r\n");
    peer.AwaitClose();
  });
}

Script Answer(std::string message) { return AnswerAll({std::move(message)}); }

Script AnswerAll(std::vector<std::string> messages) {
  return EachRequest([messages = std::move(messages)](ScriptedPeer& peer, uint32_t stream) {
    std::string answer = HeadersFrame(stream, ResponseHeaders(), false);
    for (const std::string& message : messages) answer += MessageFrames(stream, message);
    peer.Send(answer + HeadersFrame(stream, {{"grpc-status", "0"}}, true));
  });
}

Script AnswerHeaders(HeaderList headers, HeaderList trailers) {
  return EachRequest([headers = std::move(headers), trailers = std::move(trailers)](
                         ScriptedPeer& peer, uint32_t stream) {
    peer.Send(
        absl::StrCat(HeadersFrame(stream, headers, false), HeadersFrame(stream, trailers, true)));
  });
}

Script TrailersOnly(HeaderList trailers) {
  return EachRequest([trailers = std::move(trailers)](ScriptedPeer& peer, uint32_t stream) {
    peer.Send(HeadersFrame(stream, trailers, true));
  });
}

Script OkWithoutMessage() { return AnswerHeaders(ResponseHeaders(), {{"grpc-status", "0"}}); }

Script IllegalStatus(int code) {
  return AnswerHeaders(ResponseHeaders(),
                       {{"grpc-status", absl::StrCat(code)}, {"grpc-message", "beyond the table"}});
}

Script MissingStatus() { return AnswerHeaders(ResponseHeaders(), {{"x-note", "no status"}}); }

Script HttpStatus(int status) {
  return TrailersOnly({{":status", absl::StrCat(status)}, {"content-type", "text/html"}});
}

Script CompressedAnswer(std::string encoding, std::string message) {
  return EachRequest([encoding = std::move(encoding), message = std::move(message)](
                         ScriptedPeer& peer, uint32_t stream) {
    HeaderList headers = ResponseHeaders();
    headers.emplace_back("grpc-encoding", encoding);
    peer.Send(absl::StrCat(HeadersFrame(stream, headers, false),
                           MessageFrames(stream, message, /*compressed=*/true),
                           HeadersFrame(stream, {{"grpc-status", "0"}}, true)));
  });
}

Script SilentAfterSettings() {
  return [](ScriptedPeer& peer) {
    peer.Handshake();
    peer.AwaitClose();
  };
}

}  // namespace gather::test
