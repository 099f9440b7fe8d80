#ifndef GATHER_CLIENT_CONNECTION_ENDER_H_
#define GATHER_CLIENT_CONNECTION_ENDER_H_

#include <memory>

#include "gather/connection.h"

namespace gather::internal {

// A shared connection that is destroyed wherever its last owner lets go: there and then, or, on its
// own worker thread (which cannot join itself), on another one, which ends before the process does.
std::shared_ptr<Connection> Share(std::unique_ptr<Connection> connection);

}  // namespace gather::internal

#endif  // GATHER_CLIENT_CONNECTION_ENDER_H_
