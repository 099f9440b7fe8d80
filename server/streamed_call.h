#ifndef GATHER_SERVER_STREAMED_CALL_H_
#define GATHER_SERVER_STREAMED_CALL_H_

#include <grpcpp/support/byte_buffer.h>

#include <optional>
#include <string>
#include <variant>

#include "engine/caller.h"
#include "engine/engine.h"
#include "engine/gather_run.h"
#include "engine/outcome.h"
#include "engine/refusal.h"
#include "engine/run_settings.h"
#include "gather/v1/gather.pb.h"
#include "google/protobuf/message_lite.h"
#include "server/event_writer.h"
#include "server/server_call.h"
#include "server/server_worker.h"

namespace gather::server {

// What the streaming RPCs share: a gather whose outcomes leave as events, then the summary, then
// the status.
//
//   accepted ──OnStarted──▶ running ──answer──▶ finishing ──▶ released
//            └──Refuse─────────────────────────▶ finishing
//
// When the caller gives up while it runs, or takes no more events, the gather is cancelled; its
// answer comes all the same and is sent to nobody. A caller that is slow pauses it.
class StreamedCall : public ServerCall, protected engine::AnswerSink, private EventWriter::Owner {
 protected:
  // `stream` need not be made yet.
  StreamedCall(ServerWorker* worker, CallOwner* owner, EventStream* stream)
      : ServerCall(owner), worker_(worker), writer_(stream, this) {}

  // Names the gather and finds out who asks: the first thing that an accepted call does. A caller
  // that may not ask is refused, and false returned.
  bool Begin();

  // Who asks, for the engine.
  const engine::Caller& caller() const { return caller_; }

  // What the engine said to a gather. A refusal is answered, and false returned.
  bool OnStarted(std::variant<engine::GatherRun*, engine::Refusal> started);

  // Answers with the refusal: at once, or when the gather that runs has been cancelled and has
  // ended. What has not been sent yet is not sent any more.
  void Refuse(const engine::Refusal& refusal);

  // One event of the stream.
  void Send(const grpc::ByteBuffer& event);
  void Send(const google::protobuf::MessageLite& event);

  void OnAnswer(engine::Answer answer) override;

  // Too much waits for the reader, or no longer.
  void OnFull(bool full) override;
  bool full() const { return writer_.full(); }

  ServerWorker* worker() { return worker_; }
  const std::string& gather_id() const { return gather_id_; }

  // Null when none runs.
  engine::GatherRun* run() { return run_; }

 private:
  virtual engine::RunKind kind() const = 0;

  // Sends the last event.
  virtual void SendSummary(v1::Summary summary) = 0;

  void OnOver(bool cancelled) override;
  void OnReaderGone() override;
  void OnWriteStarted() override { Starting(); }
  void OnWriteEnded() override { Ended(); }

  void CancelRun();

  ServerWorker* const worker_;
  std::string gather_id_;
  engine::Caller caller_;
  std::string principal_;  // once it is known
  engine::GatherRun* run_ = nullptr;
  std::optional<engine::Refusal> refusal_;  // set: the RPC ends with it
  EventWriter writer_;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_STREAMED_CALL_H_
