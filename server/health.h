#ifndef GATHER_SERVER_HEALTH_H_
#define GATHER_SERVER_HEALTH_H_

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "grpc/health/v1/health.pb.h"

namespace gather::server {

using ServingStatus = grpc::health::v1::HealthCheckResponse::ServingStatus;

// Somebody who wants to hear of changes.
class HealthWatcher {
 public:
  virtual void OnHealthChanged() = 0;

  // No more changes will come: end the stream.
  virtual void OnHealthClosed() = 0;

 protected:
  ~HealthWatcher() = default;
};

// What one worker answers to health checks. On its thread only.
class Health {
 public:
  // SERVICE_UNKNOWN for a service that is neither "" (the server) nor gather.v1.GatherService.
  ServingStatus StatusOf(absl::string_view service) const;

  // NOT_SERVING from now on.
  void SetNotServing();

  // Ends all watches, and those that come later at once.
  void Close();
  bool closed() const { return closed_; }

  void Add(HealthWatcher* watcher) { watchers_.insert(watcher); }
  void Remove(HealthWatcher* watcher) { watchers_.erase(watcher); }

 private:
  bool serving_ = true;
  bool closed_ = false;
  absl::flat_hash_set<HealthWatcher*> watchers_;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_HEALTH_H_
