#ifndef GATHER_SERVER_RPC_NAME_H_
#define GATHER_SERVER_RPC_NAME_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "engine/run_settings.h"

namespace gather::server {

// The RPC that asks for gathers of that kind.
inline absl::string_view RpcName(engine::RunKind kind) {
  constexpr absl::string_view kNames[] = {"Gather", "AsCompleted", "TaskGroup"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace gather::server

#endif  // GATHER_SERVER_RPC_NAME_H_
