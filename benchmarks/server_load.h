#ifndef BENCHMARKS_SERVER_LOAD_H_
#define BENCHMARKS_SERVER_LOAD_H_

#include <grpcpp/completion_queue.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "benchmarks/load.h"
#include "gather/v1/gather.grpc.pb.h"

namespace gather::benchmarks {

// Gathers through a server, with the generated stub, on one thread. Every connection is a channel
// of its own, and is kept for the next run.
class ServerLoad final : public Loader {
 public:
  explicit ServerLoad(const std::string& server) : server_(server) {}
  ~ServerLoad() override;

  LoadTimes Run(const Load& load) override;

 private:
  class Rpc;

  void Connect(int connections);
  void OnEnded(absl::Duration took, const grpc::Status& status,
               const gather::v1::GatherResponse& response);

  const std::string server_;
  std::vector<std::unique_ptr<gather::v1::GatherService::Stub>> stubs_;
  grpc::CompletionQueue queue_;
  gather::v1::GatherRequest request_;
  std::int64_t unstarted_ = 0;
  std::vector<absl::Duration> each_;
  Errors errors_;
};

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_SERVER_LOAD_H_
