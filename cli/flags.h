#ifndef GATHER_CLI_FLAGS_H_
#define GATHER_CLI_FLAGS_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cli/command_line.h"
#include "gather/v1/gather.pb.h"

namespace gather::cli {

// Under which heading a flag is explained.
enum class Section : std::uint8_t { kGather, kCall, kWhere, kTypes, kOutput };

// One flag: `--name=value`, `--name value`, or the same with its letter and one dash. Help, manual
// and completion are made of these.
struct Flag {
  absl::string_view name;
  char letter;              // 0: none
  absl::string_view value;  // in the help: what it takes; empty: it is a switch
  absl::string_view help;
  Section section;
  int commands;  // the sum of those that take it

  // Reads the value for the whole command; null: it is of a call only.
  std::function<absl::Status(absl::string_view, CommandLine*)> read;

  // Reads the value of one that stands behind a call, for that call; null: it is read as above,
  // wherever it stands.
  std::function<absl::Status(absl::string_view, v1::SubCall*)> read_for_call;
};

// In the order of the help.
const std::vector<Flag>& Flags();

// By name, with '-' for '_' too, or by letter. Null: there is none.
const Flag* FindFlag(absl::string_view name);

// What a value can be, for completion: words separated by spaces, "FILE", "DIRECTORY", or nothing.
absl::string_view Choices(const Flag& flag);

}  // namespace gather::cli

#endif  // GATHER_CLI_FLAGS_H_
