#ifndef GATHER_CLI_SETTINGS_H_
#define GATHER_CLI_SETTINGS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/command_line.h"
#include "gather/client_options.h"
#include "gather/gather_client.h"
#include "gather/gatherctl/v1/gatherctl.pb.h"
#include "gather/v1/gather.pb.h"

namespace gather::cli {

// The settings of the file, and what the flags say instead. Without --config the file is
// $XDG_CONFIG_HOME/gather/gatherctl.json (~/.config/…), which need not be there.
absl::StatusOr<gatherctl::v1::Settings> LoadSettings(const CommandLine& line);

// A client of the server that the settings name, or one that gathers from their targets itself,
// with room for as many calls as the request has and wants at once. kInvalidArgument says what is
// missing or wrong.
absl::StatusOr<Client> MakeClient(const gatherctl::v1::Settings& settings,
                                  const v1::GatherRequest& request);

// How to speak to the server.
absl::StatusOr<ClientOptions> ServerOptions(const gatherctl::v1::Settings& settings);

// What goes with a gather's own RPC: `given`, and the token of the settings or of GATHER_TOKEN.
// A token does not leave the machine without TLS: kInvalidArgument.
absl::StatusOr<std::vector<std::pair<std::string, std::string>>> RpcMetadata(
    const gatherctl::v1::Settings& settings,
    std::vector<std::pair<std::string, std::string>> given);

}  // namespace gather::cli

#endif  // GATHER_CLI_SETTINGS_H_
