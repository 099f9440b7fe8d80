#ifndef GATHER_SERVER_ADMIN_ADMIN_H_
#define GATHER_SERVER_ADMIN_ADMIN_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/admin/http_listener.h"
#include "server/admin/server_source.h"
#include "server/admin/server_view.h"
#include "server/admin/target_source.h"
#include "server/metrics/collector.h"
#include "server/metrics/gather_source.h"
#include "server/metrics/process_source.h"
#include "server/metrics/sub_call_source.h"

namespace gather::server {

// What operators and their programs ask a server, over HTTP, on a port that callers do not reach:
//
//   /metrics      for Prometheus
//   /healthz      200 as long as every worker answers, slowly or not; 503: one is stuck
//   /readyz       200 while new gathers are taken on; 503 while the server drains
//   /debug/state  what it is doing now, as JSON of gather.admin.v1.State
//
// Nobody is asked who they are: whoever reaches it sees all of it.
class Admin {
 public:
  // kInvalidArgument when it cannot listen there.
  static absl::StatusOr<std::unique_ptr<Admin>> Start(const std::string& address, ServerView view);

  // HOST:PORT as it can be reached.
  const std::string& address() const { return listener_->address(); }

 private:
  explicit Admin(ServerView view);

  HttpPage Serve(absl::string_view path) const;
  HttpPage Health() const;
  HttpPage Readiness() const;

  const ServerView view_;
  const GatherSource gathers_;
  const SubCallSource sub_calls_;
  const ServerSource server_;
  const TargetSource targets_;
  const ProcessSource process_;
  const MetricsCollector metrics_;
  std::unique_ptr<HttpListener> listener_;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_ADMIN_ADMIN_H_
