#ifndef GATHER_ENGINE_OUTGOING_CALL_H_
#define GATHER_ENGINE_OUTGOING_CALL_H_

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/attempt.h"
#include "engine/backend_stubs.h"
#include "engine/failure_origin.h"
#include "engine/target.h"

namespace gather::engine {

// What each attempt over gRPC has, whatever the shape of its method: what was ordered, the context
// and the status of the call, and whether it may be sent once more. Not thread-safe.
//
//   call.Begin(std::move(order), observer, slot);
//   auto reader = call.Open()->PrepareUnaryCall(call.context(), call.method(), call.request(), …);
//   …                                                  // the status is in call.status()
//   const FailureOrigin found = call.FindOrigin({…});
//   if (call.SendsAgain(found)) …                      // from Open() on
//   AttemptResult result = call.Close(found);
class OutgoingCall {
 public:
  // What came from the backend besides the status.
  struct Received {
    bool message = false;
    bool compressed = false;
    bool server_streaming = false;
  };

  // `stubs` must outlive this.
  explicit OutgoingCall(BackendStubs* stubs) : stubs_(stubs) {}

  void Begin(AttemptCall order, AttemptObserver* observer, std::uint32_t slot);

  // Makes a new context. The first one goes over the target's first channel, any other over its
  // second one. What was prepared with the context before must be gone.
  grpc::GenericStub* Open();

  // Idempotent.
  void Cancel();

  // It is not sent again.
  void Detach() { may_send_again_ = false; }

  // Who made the status, and whether the backend can have seen the call.
  FailureOrigin FindOrigin(const Received& received);

  // Whether the backend refused the call unseen, and it may be tried again: once.
  bool SendsAgain(const FailureOrigin& found);

  // The result, but for what came besides the status, and the end of the context. What was prepared
  // with it must be gone.
  AttemptResult Close(const FailureOrigin& found);

  const Target& target() const { return *order_.target; }
  const std::string& method() const { return method_; }
  const grpc::ByteBuffer& request() const { return order_.request; }
  ReplyBudget* budget() const { return order_.budget; }
  AttemptObserver* observer() const { return observer_; }
  std::uint32_t slot() const { return slot_; }
  grpc::ClientContext* context() { return &*context_; }
  grpc::Status* status() { return &status_; }

  // The backend's address, as gRPC writes it; empty while none is known.
  std::string Peer() const;

 private:
  void AddMetadata();
  void TakeTrailers(AttemptResult* result) const;

  BackendStubs* const stubs_;
  AttemptCall order_;
  AttemptObserver* observer_ = nullptr;
  std::uint32_t slot_ = 0;
  BackendStub* stub_ = nullptr;  // null: not opened yet
  std::size_t request_bytes_ = 0;
  std::string method_;
  std::uint64_t sent_ = 0;  // how often
  bool may_send_again_ = true;
  bool cancelled_ = false;
  std::optional<grpc::ClientContext> context_;
  grpc::Status status_;
  std::string peer_;  // as FindOrigin() saw it
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_OUTGOING_CALL_H_
