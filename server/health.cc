#include "server/health.h"

namespace gather::server {

ServingStatus Health::StatusOf(absl::string_view service) const {
  using Response = grpc::health::v1::HealthCheckResponse;
  if (!service.empty() && service != "gather.v1.GatherService") return Response::SERVICE_UNKNOWN;
  return serving_ ? Response::SERVING : Response::NOT_SERVING;
}

void Health::SetNotServing() {
  serving_ = false;
  const auto watchers = watchers_;  // one may leave while it is told
  for (HealthWatcher* watcher : watchers) watcher->OnHealthChanged();
}

void Health::Close() {
  closed_ = true;
  const auto watchers = watchers_;
  for (HealthWatcher* watcher : watchers) watcher->OnHealthClosed();
}

}  // namespace gather::server
