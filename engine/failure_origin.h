#ifndef GATHER_ENGINE_FAILURE_ORIGIN_H_
#define GATHER_ENGINE_FAILURE_ORIGIN_H_

#include "absl/strings/string_view.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {

// What a call over gRPC 1.51 brought when it ended.
struct CallEnd {
  int code = 0;               // grpc::Status::error_code(), also when gRPC knows no such code
  absl::string_view message;  // grpc::Status::error_message()
  absl::string_view peer;     // grpc::ClientContext::peer()
  absl::string_view channel_target;  // what the channel was created with
  bool got_message = false;          // grpc::ByteBuffer::Valid() of the reply; a message was read
  bool compressed = false;           // the reply is a compressed message (see IsCompressed)
  bool server_streaming = false;     // an OK needs no message
};

// Who made the status, and whether the backend can have seen the call.
struct FailureOrigin {
  // UNSPECIFIED for a success.
  v1::Origin origin = v1::ORIGIN_UNSPECIFIED;
  v1::Delivery delivery = v1::DELIVERY_ANSWERED;
  // The code that the slot shows: the call's own, or that of a protocol fault.
  int code = 0;
  // Of the ErrorInfo that goes with it: REPLY_TOO_LARGE, BACKEND_PROTOCOL, or null for none.
  const char* reason = nullptr;
  // The backend refused the stream before looking at it: the call may be sent once more inside the
  // same attempt.
  bool refused_unprocessed = false;
};

// Tells a backend's own answer from what the transport or we ourselves made of the call. Pure; any
// thread.
//
// gRPC has no public field for this. Two things tell: `peer` is still `channel_target` when no peer
// was reached or the call was ended on our side, and the transport's statuses have texts of their
// own, which stand in one table in the source, as gRPC 1.51.1 prints them.
//
// Limits, which callers should know:
//  * A reached backend that answers with the very code and text of a row, as one does that hands on
//    its own upstream's failure ("Socket closed"), is taken for the transport; with the text of a
//    refused stream even for NEVER_SENT. Rows that speak of a connection never made, a cancel, or a
//    size limit of ours are safe from this: they hold only while `peer` is `channel_target`.
//  * A channel target that is itself written as a peer ("ipv4:10.0.0.1:80", "unix:/run/x") equals
//    `peer` on every call. For those, rows of the second kind hold only when the text names the
//    target. Dialling "10.0.0.1:80" instead avoids this.
//  * A deadline or a cancel of the caller's own is for the caller to tell: gRPC's text for both is
//    ORCHESTRATOR, EFFECT_UNKNOWN here.
//  * "GOAWAY received" counts as refused unprocessed, as it does for gRPC's own transparent retry.
//  A
//    peer that sends GOAWAY and then bytes that are no HTTP/2 makes gRPC say so of every stream.
//
// Example:
//   const FailureOrigin found = FindFailureOrigin(
//       {.code = status.error_code(), .message = status.error_message(), .peer = context.peer(),
//        .channel_target = target.address, .got_message = reply.Valid()});
//   if (found.refused_unprocessed && !sent_again) SendAgain();
FailureOrigin FindFailureOrigin(const CallEnd& end);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_FAILURE_ORIGIN_H_
