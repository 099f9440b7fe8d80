#include "gather/engine_status.h"

#include "engine/rpc_status.h"
#include "gather/rpc_status.h"

namespace gather::internal {
namespace {

absl::Status FromRpc(const engine::RpcStatus& status) {
  return StatusFromRpc(status.code, status.message, status.details);
}

}  // namespace

absl::Status StatusFromEngine(const engine::Answer& answer) {
  return FromRpc(engine::ToRpcStatus(answer));
}

absl::Status StatusFromEngine(const engine::Refusal& refusal) {
  return FromRpc(engine::ToRpcStatus(refusal));
}

}  // namespace gather::internal
