#ifndef GATHER_SERVER_TASK_GROUP_CALL_H_
#define GATHER_SERVER_TASK_GROUP_CALL_H_

#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/byte_buffer.h>

#include <cstdint>

#include "engine/async/operation.h"
#include "engine/outcome.h"
#include "engine/payload.h"
#include "engine/planned_call.h"
#include "engine/refusal.h"
#include "engine/request.h"
#include "gather/v1/gather.pb.h"
#include "server/event_writer.h"
#include "server/streamed_call.h"

namespace gather::server {

// gather.v1.GatherService/TaskGroup: reads messages, one at a time, and does to the group what they
// say; sends what comes back.
//
//   awaiting ──accepted──▶ opening
//   opening ──open──▶ adding ──half-close──▶ joining ──answer──▶ finishing ──▶ released
//      (`join` does what half-close does, but goes on reading)
//      │                │ │                                       ▲  ▲
//      │                │ └─────────────────answer────────────────┘  │
//      │                └──wrong message──▶ breaking ──answer────────┤
//      └──wrong message, refused, half-close, draining───────────────┘
//
// The answer to an open group is a decision; what the client sends after it is not looked at. A
// read may be outstanding while the call is finished: it then comes back without a message.
//
// Nothing is read while the reader of the events is slow, nor while as many sub-calls are unended
// as a gather may have and run, nor while those were added with more bytes than a request may have:
// gRPC's flow control then holds the client's messages back.
class TaskGroupCall final : public StreamedCall {
 public:
  TaskGroupCall(ServerWorker* worker, CallOwner* owner)
      : StreamedCall(worker, owner, &events_), stream_(context()), events_(&stream_) {}

  void Await();

 private:
  enum class State { kAwaiting, kOpening, kAdding, kJoining, kBreaking, kFinishing };

  void OnAccepted() override;
  void OnDrain() override;
  void OnRead(bool ok);
  void OnMessage();
  void OnHalfClose();
  void Join();
  void OnOutcome(std::uint32_t index, const engine::PlannedCall& call,
                 engine::Outcome outcome) override;
  void OnFull(bool full) override;
  void OnAnswer(engine::Answer answer) override;
  engine::RunKind kind() const override { return engine::RunKind::kGroup; }
  void SendSummary(v1::Summary summary) override;

  void Obey(engine::GroupRequest received);
  void Open(v1::Open open);
  void Add(v1::SubCall call, engine::Payload payload);
  void Break(const engine::Refusal& refusal);
  void ReadIfRoom();

  State state_ = State::kAwaiting;
  bool reading_ = false;
  bool joined_ = false;  // no more sub-calls may be added
  std::uint32_t max_unended_ = 0;
  std::uint32_t unended_ = 0;        // sub-calls added and without an outcome
  std::uint64_t unended_bytes_ = 0;  // of the messages that added them
  grpc::ByteBuffer message_;
  grpc::ServerAsyncReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer> stream_;
  GrpcEventStream<grpc::ServerAsyncReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>> events_;
  engine::MemberOperation<TaskGroupCall, &TaskGroupCall::OnRead> read_{this};
};

}  // namespace gather::server

#endif  // GATHER_SERVER_TASK_GROUP_CALL_H_
