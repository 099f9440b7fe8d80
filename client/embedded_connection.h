#ifndef GATHER_CLIENT_EMBEDDED_CONNECTION_H_
#define GATHER_CLIENT_EMBEDDED_CONNECTION_H_

#include <memory>

#include "absl/status/statusor.h"
#include "gather/client_options.h"
#include "gather/connection.h"

namespace gather::internal {

// A connection to an engine of its own: no server, no hop. Gathers take turns among its workers.
// kInvalidArgument names what is wrong with `options`.
absl::StatusOr<std::unique_ptr<Connection>> MakeEmbedded(const EmbeddedOptions& options);

}  // namespace gather::internal

#endif  // GATHER_CLIENT_EMBEDDED_CONNECTION_H_
