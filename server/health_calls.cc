#include "server/health_calls.h"

#include "absl/strings/str_cat.h"

namespace gather::server {

using grpc::health::v1::HealthCheckResponse;

void HealthCheckCall::Await() {
  worker_->health_service()->RequestCheck(context(), &request_, &responder_, worker_->queue(),
                                          worker_->queue(), accepted());
}

void HealthCheckCall::OnAccepted() {
  worker_->Await<HealthCheckCall>();
  Starting();
  HealthCheckResponse response;
  response.set_status(worker_->health()->StatusOf(request_.service()));
  if (response.status() == HealthCheckResponse::SERVICE_UNKNOWN) {
    const grpc::Status unknown(grpc::StatusCode::NOT_FOUND,
                               absl::StrCat("no service \"", request_.service(), "\""));
    return responder_.FinishWithError(unknown, &finished_);
  }
  responder_.Finish(response, grpc::Status::OK, &finished_);
}

HealthWatchCall::~HealthWatchCall() { worker_->health()->Remove(this); }

void HealthWatchCall::Await() {
  worker_->health_service()->RequestWatch(context(), &request_, &stream_, worker_->queue(),
                                          worker_->queue(), accepted());
}

void HealthWatchCall::OnAccepted() {
  worker_->Await<HealthWatchCall>();
  worker_->health()->Add(this);
  WriteOrFinish();
}

void HealthWatchCall::OnOver(bool /*cancelled*/) {
  over_ = true;
  WriteOrFinish();
}

void HealthWatchCall::OnWritten(bool ok) {
  state_ = State::kWaiting;
  over_ = over_ || !ok;
  WriteOrFinish();
  Ended();
}

void HealthWatchCall::WriteOrFinish() {
  if (state_ != State::kWaiting) return;
  const ServingStatus status = worker_->health()->StatusOf(request_.service());
  if (!over_ && status != told_) {
    state_ = State::kWriting;
    told_ = status;
    HealthCheckResponse response;
    response.set_status(status);
    Starting();
    stream_.Write(response, &written_);
  } else if (over_ || worker_->health()->closed()) {
    state_ = State::kFinishing;
    Starting();
    stream_.Finish(grpc::Status(grpc::StatusCode::UNAVAILABLE, "the server is shutting down"),
                   &finished_);
  }
}

}  // namespace gather::server
