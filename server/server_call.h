#ifndef GATHER_SERVER_SERVER_CALL_H_
#define GATHER_SERVER_SERVER_CALL_H_

#include <grpcpp/server_context.h>

#include "engine/async/operation.h"

namespace gather::server {

class ServerCall;

// Owns server calls; Release() is the last thing that a call does: it is destroyed there.
class CallOwner {
 public:
  virtual void Release(ServerCall* call) = 0;

 protected:
  ~CallOwner() = default;
};

// One RPC to us, from being awaited to its last tag. Subclasses start their operations with
// Starting(), and call Ended() as the last thing of each completion: when none is outstanding any
// more the call is released.
//
// gRPC delivers the done tag only for a call that was accepted, and in no order with the others; so
// it is counted from OnAccepted() on.
class ServerCall {
 public:
  explicit ServerCall(CallOwner* owner) : owner_(owner) { context_.AsyncNotifyWhenDone(&done_); }
  ServerCall(const ServerCall&) = delete;
  ServerCall& operator=(const ServerCall&) = delete;
  virtual ~ServerCall() = default;

  // The server drains from now on. Also called while the RPC is still awaited.
  virtual void OnDrain() {}

 protected:
  // An RPC has come. Then exactly one of these, on the worker's thread.
  virtual void OnAccepted() = 0;

  // The RPC is over: answered, or given up by the caller (`cancelled`).
  virtual void OnOver(bool /*cancelled*/) {}

  grpc::ServerContext* context() { return &context_; }

  // What to request the call with.
  engine::Operation* accepted() { return &accepted_; }

  void Starting() { ++outstanding_; }
  void Ended() {
    if (--outstanding_ == 0) owner_->Release(this);
  }

 private:
  void OnAcceptedTag(bool ok) {
    if (!ok) return owner_->Release(this);  // the server is shutting down; no done tag comes
    Starting();                             // the done tag
    OnAccepted();
  }
  void OnDoneTag(bool /*ok*/) {
    OnOver(context_.IsCancelled());
    Ended();
  }

  CallOwner* const owner_;
  grpc::ServerContext context_;
  int outstanding_ = 0;
  engine::MemberOperation<ServerCall, &ServerCall::OnAcceptedTag> accepted_{this};
  engine::MemberOperation<ServerCall, &ServerCall::OnDoneTag> done_{this};
};

}  // namespace gather::server

#endif  // GATHER_SERVER_SERVER_CALL_H_
