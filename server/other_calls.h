#ifndef GATHER_SERVER_OTHER_CALLS_H_
#define GATHER_SERVER_OTHER_CALLS_H_

#include <grpcpp/support/async_stream.h>
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

// gather.v1.GatherService/AsCompleted, which this version does not have: UNIMPLEMENTED, NOT_YET.
class AsCompletedCall final : public ServerCall {
 public:
  AsCompletedCall(ServerWorker* worker, CallOwner* owner)
      : ServerCall(owner), worker_(worker), stream_(context()) {}

  void Await();

 private:
  void OnAccepted() override;
  void OnFinished(bool /*ok*/) { Ended(); }

  ServerWorker* const worker_;
  grpc::ByteBuffer request_;
  grpc::ServerAsyncWriter<grpc::ByteBuffer> stream_;
  engine::MemberOperation<AsCompletedCall, &AsCompletedCall::OnFinished> finished_{this};
};

// gather.v1.GatherService/TaskGroup, which this version does not have: UNIMPLEMENTED, NOT_YET.
class TaskGroupCall final : public ServerCall {
 public:
  TaskGroupCall(ServerWorker* worker, CallOwner* owner)
      : ServerCall(owner), worker_(worker), stream_(context()) {}

  void Await();

 private:
  void OnAccepted() override;
  void OnFinished(bool /*ok*/) { Ended(); }

  ServerWorker* const worker_;
  grpc::ServerAsyncReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer> stream_;
  engine::MemberOperation<TaskGroupCall, &TaskGroupCall::OnFinished> finished_{this};
};

}  // namespace gather::server

#endif  // GATHER_SERVER_OTHER_CALLS_H_
