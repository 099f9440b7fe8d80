#ifndef GATHER_CLIENT_STREAMING_RPC_H_
#define GATHER_CLIENT_STREAMING_RPC_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <mutex>

#include "gather/connection.h"
#include "gather/outstanding.h"
#include "gather/remote_queue.h"

namespace gather::internal {

// The receiving half of a streaming RPC, and its end: one Read outstanding at a time, none while
// paused; when there is nothing more to read, Finish. Its handle shares it, so that every method is
// legal at any time.
//
//   starting ──started──▶ reading ──message──▶ delivering ──▶ reading
//                         delivering, starting ──paused──▶ parked ──resumed, cancelled──▶ reading
//   starting, reading ──failed──▶ finishing ──status──▶ ended, as soon as nothing holds it
//
// A half that sends takes a hold for each of its operations: TryHold() before, Release() after.
//
// Threads: the public methods from any; all else on the queue's.
class StreamingRpc : public Outstanding {
 public:
  void Cancel() final;

  // No effect once it was cancelled: the end is waited for.
  void Pause(bool paused);

 protected:
  StreamingRpc(const GatherContext& context, OutstandingSet* outstanding,
               std::shared_ptr<StreamSink> sink);

  // Each starts that one operation of the stream.
  virtual void StartRead(Completion* read) = 0;
  virtual void StartFinish(grpc::Status* status, Completion* finished) = 0;

  // `ok`: the RPC is on its way, what is sent from now on has a chance to arrive. Else it is over.
  virtual void OnStarted(bool /*ok*/) {}

  // Hands the message that was read on.
  virtual void OnMessage(StreamSink* sink) = 0;

  grpc::ClientContext* context() { return &context_; }

  // The tag of the operation that starts the RPC.
  Completion* started() { return &started_; }

  // Keeps the RPC from its end, from any thread. False when nothing can be sent any more.
  bool TryHold();

  // The last thing that the holder does on the queue's thread: this may be destroyed in here.
  void Release();

 private:
  enum class State { kStarting, kReading, kDelivering, kParked, kFinishing };

  void OnStart(bool ok);
  void OnRead(bool ok);
  void OnFinished(bool ok);

  void ReadOn();
  void Finish();

  OutstandingSet* const outstanding_;
  std::shared_ptr<StreamSink> sink_;
  grpc::ClientContext context_;
  grpc::Status status_;
  MemberCompletion<StreamingRpc, &StreamingRpc::OnStart> started_{this};
  MemberCompletion<StreamingRpc, &StreamingRpc::OnRead> read_{this};
  MemberCompletion<StreamingRpc, &StreamingRpc::OnFinished> finished_{this};

  std::mutex mutex_;  // guards the rest
  State state_ = State::kStarting;
  bool paused_ = false;
  bool cancelled_ = false;
  int holds_ = 1;  // one is the receiving half's own
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_STREAMING_RPC_H_
