#ifndef GATHER_CLI_TLS_FILES_H_
#define GATHER_CLI_TLS_FILES_H_

#include "absl/status/statusor.h"
#include "gather/client_options.h"
#include "gather/gatherctl/v1/gatherctl.pb.h"

namespace gather::cli {

// The contents of the files that the settings name. kInvalidArgument names one that cannot be read,
// or is missing.
absl::StatusOr<TlsOptions> ReadTls(const gatherctl::v1::Tls& tls);

}  // namespace gather::cli

#endif  // GATHER_CLI_TLS_FILES_H_
