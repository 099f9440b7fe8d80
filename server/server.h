#ifndef GATHER_SERVER_SERVER_H_
#define GATHER_SERVER_SERVER_H_

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "server/admin/admin.h"
#include "server/config/config_source.h"
#include "server/config/configuration.h"
#include "server/counters.h"
#include "server/metrics/label_budget.h"
#include "server/server_worker.h"
#include "server/services.h"

namespace grpc {
class Server;
class ServerCredentials;
}  // namespace grpc

namespace gather::server {

// gatherd without its command line: listens, serves, drains.
//
//   auto server = Server::Start(std::move(configuration));  // serving on (*server)->address()
//   (*server)->Reload(source);                              // what is gathered from now on
//   (*server)->Drain();  // blocks until the last gather is answered
//
// Threads: Reload() and Drain() from any one, Drain() once; the rest from any. Destruction drains
// if that has not been done.
class Server {
 public:
  // kInvalidArgument when it cannot listen there.
  static absl::StatusOr<std::unique_ptr<Server>> Start(Configuration configuration);
  ~Server();

  // HOST:PORT as clients reach it.
  const std::string& address() const { return address_; }

  // Reads the configuration again, and runs with it what starts from now on; what runs goes on with
  // what it started with. What does not validate is logged and counted, and changes nothing; then
  // it returns false.
  bool Reload(const ConfigSource& source);

  // HOST:PORT of the admin listener; empty: there is none.
  std::string admin_address() const { return admin_ == nullptr ? "" : admin_->address(); }

  // What gathers start with now.
  std::shared_ptr<const Configuration> configuration() const;

  // What this server has counted.
  const Counters& counters() const { return counters_; }

  // Ends the server in order: health says NOT_SERVING and new gathers are refused with DRAINING;
  // after the lame-duck time no connection is accepted any more, and the gathers that run go on,
  // and so does what was detached from answered ones; at the drain deadline all are cancelled with
  // cause SHUTDOWN and answered; then queues and threads end. Blocks. Idempotent.
  void Drain();

 private:
  explicit Server(Configuration configuration);

  absl::Status Listen();
  void End(absl::Duration lame_duck);
  absl::Status StartAdmin();
  std::vector<std::future<void>> Idle();

  Counters counters_;
  LabelBudget labels_;
  mutable absl::Mutex mutex_;
  std::shared_ptr<const Configuration> configuration_ ABSL_GUARDED_BY(mutex_);
  std::string address_;
  GatherService gather_service_;
  HealthService health_service_;
  std::vector<std::unique_ptr<ServerWorker>> workers_;
  std::shared_ptr<grpc::ServerCredentials> credentials_;  // asked with each handshake
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Admin> admin_;
  std::atomic<bool> draining_{false};
};

}  // namespace gather::server

#endif  // GATHER_SERVER_SERVER_H_
