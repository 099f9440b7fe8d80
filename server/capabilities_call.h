#ifndef GATHER_SERVER_CAPABILITIES_CALL_H_
#define GATHER_SERVER_CAPABILITIES_CALL_H_

#include <grpcpp/support/async_unary_call.h>
#include <grpcpp/support/byte_buffer.h>

#include "server/server_call.h"
#include "server/server_worker.h"

namespace gather::server {

// gather.v1.GatherService/GetCapabilities.
class CapabilitiesCall final : public ServerCall {
 public:
  CapabilitiesCall(ServerWorker* worker, CallOwner* owner)
      : ServerCall(owner), worker_(worker), responder_(context()) {}

  void Await();

 private:
  void OnAccepted() override;
  void OnFinished(bool /*ok*/) { Ended(); }

  ServerWorker* const worker_;
  grpc::ByteBuffer request_;
  grpc::ServerAsyncResponseWriter<grpc::ByteBuffer> responder_;
  engine::MemberOperation<CapabilitiesCall, &CapabilitiesCall::OnFinished> finished_{this};
};

}  // namespace gather::server

#endif  // GATHER_SERVER_CAPABILITIES_CALL_H_
