#ifndef GATHER_SERVER_AS_COMPLETED_CALL_H_
#define GATHER_SERVER_AS_COMPLETED_CALL_H_

#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/byte_buffer.h>

#include <cstdint>

#include "engine/outcome.h"
#include "engine/planned_call.h"
#include "gather/v1/gather.pb.h"
#include "server/event_writer.h"
#include "server/streamed_call.h"

namespace gather::server {

// gather.v1.GatherService/AsCompleted: reads the request, hands it to the engine, sends what comes
// back. Its states are those of a StreamedCall.
class AsCompletedCall final : public StreamedCall {
 public:
  AsCompletedCall(ServerWorker* worker, CallOwner* owner)
      : StreamedCall(worker, owner, &events_), stream_(context()), events_(&stream_) {}

  void Await();

 private:
  void OnAccepted() override;
  void OnOutcome(std::uint32_t index, const engine::PlannedCall& call,
                 engine::Outcome outcome) override;
  engine::RunKind kind() const override { return engine::RunKind::kStreamed; }
  void SendSummary(v1::Summary summary) override;

  grpc::ByteBuffer request_;
  grpc::ServerAsyncWriter<grpc::ByteBuffer> stream_;
  GrpcEventStream<grpc::ServerAsyncWriter<grpc::ByteBuffer>> events_;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_AS_COMPLETED_CALL_H_
