#include "cli/command_line_parser.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/flags.h"

namespace gather::cli {
namespace {

absl::Status Usage(const std::string& problem) {
  return absl::InvalidArgumentError(absl::StrCat(problem, "; see gatherctl --help"));
}

// Reads the arguments one after the other.
class Parser {
 public:
  explicit Parser(const std::vector<std::string>& arguments) : arguments_(arguments) {}

  absl::StatusOr<CommandLine> Parse() {
    while (next_ < arguments_.size()) {
      absl::Status read = ReadNext();
      if (!read.ok()) return read;
    }
    absl::Status whole = Finish();
    if (!whole.ok()) return whole;
    return std::move(line_);
  }

 private:
  absl::Status ReadNext() {
    const std::string& argument = arguments_[next_++];
    if (argument == "--help" || argument == "-h") return AskForHelp();
    if (argument == "--version") return SetCommand(Command::kVersion);
    if (argument.size() > 1 && argument.front() == '-') return ReadFlag(argument);
    if (line_.command == Command::kNone) return ReadCommand(argument);
    if (line_.command == Command::kHelp) return ReadTopic(argument);
    if (TakesCalls()) return ReadPartOfCall(argument);
    return Usage(absl::StrCat("\"", argument, "\" is one argument too many"));
  }

  bool TakesCalls() const {
    return line_.command == Command::kCall || line_.command == Command::kCheck;
  }

  absl::Status SetCommand(Command command) {
    line_.command = command;
    return absl::OkStatus();
  }

  absl::Status AskForHelp() {
    if (line_.command != Command::kHelp) line_.topic = line_.command;
    return SetCommand(Command::kHelp);
  }

  absl::Status ReadCommand(const std::string& name) {
    const CommandWords* const words = FindCommand(name);
    if (words != nullptr) return SetCommand(words->command);
    return Usage(absl::StrCat("there is no command \"", name, "\""));
  }

  absl::Status ReadTopic(const std::string& name) {
    const CommandWords* const words = FindCommand(name);
    if (words == nullptr) return Usage(absl::StrCat("there is no command \"", name, "\""));
    line_.topic = words->command;
    return absl::OkStatus();
  }

  absl::Status ReadFlag(const std::string& argument) {
    absl::string_view text = argument;
    const bool named = absl::ConsumePrefix(&text, "--");
    if (!named) absl::ConsumePrefix(&text, "-");
    const std::size_t equals = text.find('=');
    const absl::string_view name = text.substr(0, equals);
    const Flag* const flag = FindFlag(name);
    if (flag == nullptr || (!named && name.size() > 1)) {
      return Usage(
          absl::StrCat("unknown flag ", absl::string_view(argument).substr(0, argument.find('='))));
    }
    given_.push_back(flag);
    std::string value;
    if (equals != absl::string_view::npos) {
      if (flag->value.empty()) return Usage(absl::StrCat("--", flag->name, " takes no value"));
      value = std::string(text.substr(equals + 1));
    } else if (!flag->value.empty()) {
      if (next_ == arguments_.size()) {
        return Usage(absl::StrCat("--", flag->name, " needs a value: ", flag->value));
      }
      value = arguments_[next_++];
    }
    absl::Status read = ReadValue(*flag, value);
    if (read.ok()) return read;
    return Usage(absl::StrCat("--", flag->name, ": ", read.message()));
  }

  absl::Status ReadValue(const Flag& flag, const std::string& value) {
    if (words_ > 0 && flag.read_for_call != nullptr) {
      return flag.read_for_call(value, CurrentCall());
    }
    if (flag.read != nullptr) return flag.read(value, &line_);
    return absl::InvalidArgumentError("it stands behind the call that it is for");
  }

  v1::SubCall* CurrentCall() { return line_.draft.mutable_calls(line_.draft.calls_size() - 1); }

  absl::Status ReadPartOfCall(const std::string& argument) {
    if (argument == "+") return EndCall();
    if (words_ == 0) line_.draft.add_calls();
    switch (words_++) {
      case 0:
        CurrentCall()->set_target(argument);
        return absl::OkStatus();
      case 1:
        CurrentCall()->set_method(argument);
        return absl::OkStatus();
      case 2:
        return ReadRequest(argument);
      default:
        return Usage(absl::StrCat("\"", argument,
                                  "\" is too much for a call, which is TARGET "
                                  "METHOD [JSON]; a + stands between calls"));
    }
  }

  // "@FILE" is what the file holds.
  absl::Status ReadRequest(absl::string_view argument) {
    if (!absl::ConsumePrefix(&argument, "@")) {
      CurrentCall()->set_request(std::string(argument));
      return absl::OkStatus();
    }
    auto text = ReadFile(std::string(argument));
    if (text.ok()) CurrentCall()->set_request(*text);
    return text.status();
  }

  absl::Status EndCall() {
    if (words_ < 2) return Usage("a + stands between two calls, each TARGET METHOD [JSON]");
    words_ = 0;
    ended_with_plus_ = line_.draft.calls_size();
    return absl::OkStatus();
  }

  absl::Status Finish() {
    if (line_.command == Command::kNone) return Usage("no command");
    if (line_.command == Command::kHelp) return absl::OkStatus();
    for (const Flag* const flag : given_) {
      if ((flag->commands & static_cast<int>(line_.command)) != 0) continue;
      return Usage(absl::StrCat("--", flag->name, " is no flag of ", NameOf(line_.command)));
    }
    return TakesCalls() ? FinishCalls() : absl::OkStatus();
  }

  absl::Status FinishCalls() const {
    const int calls = line_.draft.calls_size();
    if (!line_.request_file.empty()) {
      if (calls == 0) return absl::OkStatus();
      return Usage("calls stand in the file of -f or on the command line, not in both");
    }
    if (calls == 0) return Usage("no call: TARGET METHOD [JSON], or -f FILE");
    if (words_ == 1) return Usage("the last call has no method: TARGET METHOD [JSON]");
    if (ended_with_plus_ == calls) return Usage("no call behind the last +");
    return absl::OkStatus();
  }

  const std::vector<std::string>& arguments_;
  std::size_t next_ = 0;
  CommandLine line_;
  std::vector<const Flag*> given_;
  int words_ = 0;  // of the call that is being read
  int ended_with_plus_ = 0;
};

}  // namespace

absl::StatusOr<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments) {
  return Parser(arguments).Parse();
}

}  // namespace gather::cli
