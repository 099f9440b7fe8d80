#ifndef GATHER_SERVER_GATHER_CALL_H_
#define GATHER_SERVER_GATHER_CALL_H_

#include <grpcpp/support/async_unary_call.h>
#include <grpcpp/support/byte_buffer.h>

#include <string>

#include "engine/async/time.h"
#include "engine/gather_run.h"
#include "engine/limits/buffered_bytes.h"
#include "engine/outcome.h"
#include "engine/rpc_status.h"
#include "server/server_call.h"
#include "server/server_worker.h"

namespace gather::server {

// gather.v1.GatherService/Gather: reads the request, hands it to the engine, replies.
//
//   awaiting ──accepted──▶ running ──answer──▶ finishing ──▶ released
//            └─accepted, refused─────────────▶ finishing
//
// When the caller gives up while it runs, the gather is cancelled; its answer comes all the same
// and is sent to nobody.
class GatherCall final : public ServerCall, private engine::AnswerSink {
 public:
  GatherCall(ServerWorker* worker, CallOwner* owner)
      : ServerCall(owner), worker_(worker), responder_(context()) {}

  void Await();

 private:
  void OnAccepted() override;
  void OnOver(bool cancelled) override;
  void OnAnswer(engine::Answer answer) override;
  void OnFinished(bool ok);

  void Refuse(const engine::Refusal& refusal);
  void FinishWith(const engine::RpcStatus& status);

  ServerWorker* const worker_;
  std::string gather_id_;
  std::string principal_;             // once it is known
  engine::GatherRun* run_ = nullptr;  // while it runs
  engine::Time answered_at_;
  engine::HeldBytes held_;  // of the answer, until it is sent
  grpc::ByteBuffer request_;
  grpc::ServerAsyncResponseWriter<grpc::ByteBuffer> responder_;
  engine::MemberOperation<GatherCall, &GatherCall::OnFinished> finished_{this};
};

}  // namespace gather::server

#endif  // GATHER_SERVER_GATHER_CALL_H_
