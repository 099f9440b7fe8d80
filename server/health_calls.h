#ifndef GATHER_SERVER_HEALTH_CALLS_H_
#define GATHER_SERVER_HEALTH_CALLS_H_

#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/async_unary_call.h>

#include "grpc/health/v1/health.pb.h"
#include "server/health.h"
#include "server/server_call.h"
#include "server/server_worker.h"

namespace gather::server {

// grpc.health.v1.Health/Check.
class HealthCheckCall final : public ServerCall {
 public:
  HealthCheckCall(ServerWorker* worker, CallOwner* owner)
      : ServerCall(owner), worker_(worker), responder_(context()) {}

  void Await();

 private:
  void OnAccepted() override;
  void OnFinished(bool /*ok*/) { Ended(); }

  ServerWorker* const worker_;
  grpc::health::v1::HealthCheckRequest request_;
  grpc::ServerAsyncResponseWriter<grpc::health::v1::HealthCheckResponse> responder_;
  engine::MemberOperation<HealthCheckCall, &HealthCheckCall::OnFinished> finished_{this};
};

// grpc.health.v1.Health/Watch: the status now, and then each change, until somebody ends it.
//
//   writing ⇄ waiting ──(closed | over)──▶ finishing
class HealthWatchCall final : public ServerCall, private HealthWatcher {
 public:
  HealthWatchCall(ServerWorker* worker, CallOwner* owner)
      : ServerCall(owner), worker_(worker), stream_(context()) {}
  ~HealthWatchCall() override;

  void Await();

 private:
  enum class State { kWaiting, kWriting, kFinishing };

  void OnAccepted() override;
  void OnOver(bool cancelled) override;
  void OnHealthChanged() override { WriteOrFinish(); }
  void OnHealthClosed() override { WriteOrFinish(); }
  void OnWritten(bool ok);
  void OnFinished(bool /*ok*/) { Ended(); }

  // Does what is due, if nothing is under way.
  void WriteOrFinish();

  ServerWorker* const worker_;
  State state_ = State::kWaiting;
  bool over_ = false;
  ServingStatus told_ = grpc::health::v1::HealthCheckResponse::UNKNOWN;
  grpc::health::v1::HealthCheckRequest request_;
  grpc::ServerAsyncWriter<grpc::health::v1::HealthCheckResponse> stream_;
  engine::MemberOperation<HealthWatchCall, &HealthWatchCall::OnWritten> written_{this};
  engine::MemberOperation<HealthWatchCall, &HealthWatchCall::OnFinished> finished_{this};
};

}  // namespace gather::server

#endif  // GATHER_SERVER_HEALTH_CALLS_H_
