#ifndef GATHER_SERVER_SERVER_H_
#define GATHER_SERVER_SERVER_H_

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/engine.h"
#include "server/counters.h"
#include "server/server_worker.h"
#include "server/services.h"

namespace grpc {
class Server;
}  // namespace grpc

namespace gather::server {

struct ServerOptions {
  std::string listen = "127.0.0.1:0";  // HOST:PORT; port 0: any free one
  int workers = 1;                     // completion queues, each with one thread; at least 1
  absl::Duration lame_duck;            // how long a draining server still accepts connections
  absl::Duration drain_deadline = absl::Seconds(30);  // for gathers that run when it drains
  engine::EngineOptions engine;
};

// gatherd without its command line: listens, serves, drains.
//
//   auto server = Server::Start(std::move(options));   // serving on (*server)->address()
//   (*server)->Drain();                                // blocks until the last gather is answered
//
// Threads: Drain() from any, once. Destruction drains if that has not been done.
class Server {
 public:
  // kInvalidArgument when it cannot listen there.
  static absl::StatusOr<std::unique_ptr<Server>> Start(ServerOptions options);
  ~Server();

  // HOST:PORT as clients reach it.
  const std::string& address() const { return address_; }

  // What this server has counted.
  const Counters& counters() const { return counters_; }

  // Ends the server in order: health says NOT_SERVING and new gathers are refused with DRAINING;
  // after the lame-duck time no connection is accepted any more, and the gathers that run go on,
  // and so does what was detached from answered ones; at the drain deadline all are cancelled with
  // cause SHUTDOWN and answered; then queues and threads end. Blocks. Idempotent.
  void Drain();

 private:
  explicit Server(ServerOptions options);

  absl::Status Listen();
  std::vector<std::future<void>> Idle();

  Counters counters_;
  ServerOptions options_;  // its `engine` has moved to where every worker shares it:
  const std::shared_ptr<const engine::EngineOptions> engine_options_;
  std::string address_;
  GatherService gather_service_;
  HealthService health_service_;
  std::vector<std::unique_ptr<ServerWorker>> workers_;
  std::unique_ptr<grpc::Server> server_;
  bool drained_ = false;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_SERVER_H_
