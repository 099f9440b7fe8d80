#include "server/admin/admin.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/admin/state.h"

namespace gather::server {
namespace {

constexpr int kNotFound = 404;
constexpr int kUnavailable = 503;

// A worker that is only busy answers in milliseconds.
constexpr absl::Duration kStuck = absl::Seconds(5);

}  // namespace

absl::StatusOr<std::unique_ptr<Admin>> Admin::Start(const std::string& address, ServerView view) {
  auto admin = std::unique_ptr<Admin>(new Admin(std::move(view)));
  auto listener = HttpListener::Start(
      address, [self = admin.get()](absl::string_view path) { return self->Serve(path); });
  if (!listener.ok()) return listener.status();
  admin->listener_ = *std::move(listener);
  return admin;
}

Admin::Admin(ServerView view)
    : view_(std::move(view)),
      gathers_(view_.metrics),
      sub_calls_(view_.metrics),
      server_(&view_),
      targets_(&view_),
      metrics_({&gathers_, &sub_calls_, &targets_, &server_, &process_}) {}

HttpPage Admin::Serve(absl::string_view path) const {
  if (path == "/metrics") {
    return {.type = "text/plain; version=0.0.4; charset=utf-8", .body = MetricsText(metrics_)};
  }
  if (path == "/healthz") return Health();
  if (path == "/readyz") return Readiness();
  if (path == "/debug/state") return {.type = "application/json", .body = ToJson(StateOf(view_))};
  return {.status = kNotFound, .body = "try /metrics /healthz /readyz /debug/state\n"};
}

HttpPage Admin::Health() const {
  const std::vector<WorkerLook> looks = LookAtAll(view_.workers, {}, kStuck);
  for (std::size_t worker = 0; worker < looks.size(); ++worker) {
    if (looks[worker].answered) continue;
    return {.status = kUnavailable, .body = absl::StrCat("worker ", worker, " is stuck\n")};
  }
  return {.body = "ok\n"};
}

HttpPage Admin::Readiness() const {
  if (view_.draining()) return {.status = kUnavailable, .body = "draining\n"};
  return {.body = "ready\n"};
}

}  // namespace gather::server
