#ifndef GATHER_CLIENT_REMOTE_GATHER_H_
#define GATHER_CLIENT_REMOTE_GATHER_H_

#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/support/async_unary_call.h>
#include <grpcpp/support/status.h>

#include <atomic>
#include <memory>

#include "engine/on_arena.h"
#include "gather/connection.h"
#include "gather/outstanding.h"
#include "gather/remote_queue.h"
#include "gather/v1/gather.grpc.pb.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

// The RPC of one gather. Its handle shares it, so that a cancel is legal at any time.
//
//   made ──Start()──▶ running ──OnFinished──▶ ended
class RemoteGather final : public Outstanding {
 public:
  RemoteGather(const GatherContext& context, OutstandingSet* outstanding, Connection::Done done);

  // Once, when it is in the set.
  void Start(v1::GatherService::Stub* stub, const v1::GatherRequest& request,
             grpc::CompletionQueue* queue);

  void Cancel() override;

 private:
  void OnFinished(bool ok);
  Connection::Response TakeResponse();

  OutstandingSet* const outstanding_;
  Connection::Done done_;
  grpc::ClientContext context_;
  std::atomic<bool> cancelled_ = false;
  std::shared_ptr<v1::GatherResponse> response_ = engine::MakeOnArena<v1::GatherResponse>();
  grpc::Status status_;
  std::unique_ptr<grpc::ClientAsyncResponseReader<v1::GatherResponse>> reader_;
  MemberCompletion<RemoteGather, &RemoteGather::OnFinished> finished_{this};
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_REMOTE_GATHER_H_
