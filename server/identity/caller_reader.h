#ifndef GATHER_SERVER_IDENTITY_CALLER_READER_H_
#define GATHER_SERVER_IDENTITY_CALLER_READER_H_

#include <grpcpp/server_context.h>

#include <string>
#include <variant>

#include "engine/async/time.h"
#include "engine/caller.h"
#include "engine/refusal.h"
#include "gather/config/v1/config.pb.h"
#include "server/identity/authenticator.h"
#include "server/line_budget.h"

namespace gather::server {

// Reads from an RPC who makes it. Not thread-safe: one for each worker.
class CallerReader {
 public:
  explicit CallerReader(const config::v1::ServerConfig& config) : authenticator_(config) {}

  // The caller of a gather of that id, or UNAUTHENTICATED, NO_IDENTITY. What was shown instead of
  // an identity is logged: the names of a certificate, or a few digits of a token's hash.
  std::variant<engine::Caller, engine::Refusal> Read(const grpc::ServerContext& rpc,
                                                     const std::string& gather_id,
                                                     engine::Time now);

 private:
  void LogStranger(const grpc::ServerContext& rpc, const std::string& gather_id,
                   const Authenticator::Stranger& stranger, engine::Time now);

  Authenticator authenticator_;
  LineBudget lines_;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_IDENTITY_CALLER_READER_H_
