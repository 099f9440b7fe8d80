#include "gather/grpc_hold.h"

#include <grpc/grpc.h>

namespace gather::internal {

void HoldGrpc() {
  [[maybe_unused]] static const bool held = [] {
    grpc_init();
    return true;
  }();
}

}  // namespace gather::internal
