#ifndef GATHER_CLI_COMMAND_LINE_H_
#define GATHER_CLI_COMMAND_LINE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gather/gatherctl/v1/gatherctl.pb.h"
#include "gather/v1/gather.pb.h"

namespace gather::cli {

// One bit each, so that a flag can be of several.
enum class Command : std::uint8_t {
  kNone = 0,
  kCall = 1,
  kCheck = 2,
  kCapabilities = 4,
  kHelp = 8,
  kVersion = 16,
  kCompletion = 32,
  kMan = 64,
};

enum class Output : std::uint8_t {
  kText,       // for a person
  kJson,       // one document, at the end
  kJsonLines,  // an event a line, as it comes
};

// What gatherctl is asked for. A plain value.
struct CommandLine {
  Command command = Command::kNone;
  Command topic = Command::kNone;  // of kHelp: the command to explain

  std::optional<std::string> settings_file;  // --config
  gatherctl::v1::Settings settings;          // what other flags say, which stands instead
  bool embedded = false;                     // no server, whatever the settings say

  std::string request_file;                                   // -f; empty: the calls are in `draft`
  v1::GatherRequest draft;                                    // see request_draft.h
  std::vector<std::pair<std::string, std::string>> metadata;  // of the gather's own RPC

  Output output = Output::kText;
  bool quiet = false;
};

}  // namespace gather::cli

#endif  // GATHER_CLI_COMMAND_LINE_H_
