#ifndef GATHER_TESTS_SUPPORT_SOCKET_SCRIPTS_H_
#define GATHER_TESTS_SUPPORT_SOCKET_SCRIPTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/scripted_socket.h"

// Ready-made scripts for ScriptedSocket: one way each in which a backend goes wrong, and one in
// which it goes right. "Request" is a whole unary request, headers and message.
namespace gather::test {

// HTTP/2 error codes (RFC 9113, section 7).
inline constexpr uint32_t kNoError = 0;
inline constexpr uint32_t kRefusedStream = 7;
inline constexpr uint32_t kCancel = 8;

// SETTINGS identifiers (section 6.5.2).
inline constexpr uint16_t kMaxConcurrentStreams = 3;

// Closes every connection as soon as it is accepted.
Script AcceptAndClose();

// Closes once the connection is usable, before any request.
Script SettingsThenClose();

// Closes in order, or by a TCP reset, when a request has come.
Script CloseAfterRequest();
Script ResetAfterRequest();

// Answers a request with response headers, then closes; with `message` sent in between.
Script CloseAfterHeaders();
Script CloseAfterMessage(std::string message);

// Answers every request with RST_STREAM.
Script ResetStream(uint32_t code);

// Answers a request with response headers, then RST_STREAM; with `message` sent in between.
Script ResetStreamAfterHeaders(uint32_t code);
Script ResetStreamAfterMessage(std::string message, uint32_t code);

// Answers a request with GOAWAY, and keeps the connection open, or closes it.
Script GoAway(uint32_t last_stream, uint32_t code);
Script GoAwayThenClose(uint32_t last_stream, uint32_t code);

// Sends an answer of HTTP/1.1, or bytes that are no HTTP at all, when a connection is accepted.
Script HttpOne();
Script Garbage();

// A server that expects TLS: answers the first bytes with a TLS alert, then closes.
Script TlsAlert();

// Makes the connection usable, then answers a request with bytes that are no frame.
Script GarbageAfterRequest();

// Answers every request in full, with one message or with several.
Script Answer(std::string message);
Script AnswerAll(std::vector<std::string> messages);

// Answers every request with these response headers and trailers (no message), or with trailers
// only.
Script AnswerHeaders(HeaderList headers, HeaderList trailers);
Script TrailersOnly(HeaderList trailers);

// As `Answer`, without the message; with a grpc-status that does not exist; with none.
Script OkWithoutMessage();
Script IllegalStatus(int code);
Script MissingStatus();

// Answers every request by an HTTP status and no word of gRPC, as a proxy does.
Script HttpStatus(int status);

// A reply whose headers say `encoding` and whose message carries the flag for compressed.
Script CompressedAnswer(std::string encoding, std::string message);

// Makes the connection usable, then says nothing any more: no answer, no PING answered.
Script SilentAfterSettings();

}  // namespace gather::test

#endif  // GATHER_TESTS_SUPPORT_SOCKET_SCRIPTS_H_
