#include "server/flags.h"

#include <cstdint>
#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "engine/duration.h"
#include "gather/config/v1/config.pb.h"
#include "server/config/value_check.h"
#include "server/log_line.h"

namespace gather::server {
namespace {

constexpr std::uint64_t kMostCalls = 10'000'000;

using config::v1::ServerConfig;

// Where a flag's value goes: most of them stand instead of a field of the configuration.
struct Reading {
  CommandLine::Action* action;
  std::string* config_file;
  ServerConfig* config;
};

struct Flag {
  absl::string_view name;
  absl::string_view value;  // of the help text; empty: a switch
  absl::string_view help;
  std::function<absl::Status(absl::string_view, const Reading&)> read;
};

using GivenFlag = std::pair<const Flag*, std::string>;

absl::Status Wrong(absl::string_view value, absl::string_view wanted) {
  return absl::InvalidArgumentError(absl::StrCat("\"", value, "\" is not ", wanted));
}

absl::Status ReadNumber(absl::string_view text, std::uint64_t least, std::uint64_t most,
                        std::uint64_t* number) {
  if (absl::SimpleAtoi(text, number) && *number >= least && *number <= most) {
    return absl::OkStatus();
  }
  return Wrong(text, absl::StrCat("a number from ", least, " to ", most));
}

// Of a field of the message that `part` finds in the configuration: sets it with `set`.
template <typename Part, typename Number>
auto NumberFlag(std::uint64_t least, std::uint64_t most, Part* (ServerConfig::*part)(),
                void (Part::*set)(Number)) {
  return [=](absl::string_view text, const Reading& reading) {
    std::uint64_t number = 0;
    absl::Status read = ReadNumber(text, least, most, &number);
    if (read.ok()) ((reading.config->*part)()->*set)(static_cast<Number>(number));
    return read;
  };
}

template <typename Part>
auto DurationFlag(absl::Duration least, Part* (ServerConfig::*part)(),
                  google::protobuf::Duration* (Part::*field)()) {
  return [=](absl::string_view text, const Reading& reading) {
    absl::Duration duration;
    if (!absl::ParseDuration(text, &duration) || duration < least || duration > absl::Hours(24)) {
      return Wrong(text, absl::StrCat("a duration from ", absl::FormatDuration(least),
                                      " to 24h, as 300ms or 1m30s"));
    }
    engine::ToProto(absl::ToChronoNanoseconds(duration), ((reading.config->*part)()->*field)());
    return absl::OkStatus();
  };
}

// With nothing else said, whoever is let in may call every method, and only what says who somebody
// is stays behind.
absl::Status ReadTargets(absl::string_view text, const Reading& reading) {
  ServerConfig& config = *reading.config;
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    const std::pair<absl::string_view, absl::string_view> named =
        absl::StrSplit(part, absl::MaxSplits('=', 1));
    if (named.second.empty()) return Wrong(part, "NAME=ADDRESS");
    config::v1::Target& target = *config.add_targets();
    target.set_name(std::string(named.first));
    target.set_address(std::string(named.second));
    target.set_load_balancing(config::v1::LOAD_BALANCING_PICK_FIRST);
    target.set_max_connections(1);
    target.add_request_metadata("*");
    target.add_response_metadata("*");
  }
  if (config.allow().empty()) {
    config::v1::Rule& everything = *config.add_allow();
    everything.add_principals("*");
    everything.add_targets("*");
  }
  return absl::OkStatus();
}

absl::Status ReadListen(absl::string_view text, const Reading& reading) {
  if (!IsHostPort(text)) return Wrong(text, "HOST:PORT");
  reading.config->mutable_listener()->set_address(std::string(text));
  return absl::OkStatus();
}

absl::Status ReadLogLevel(absl::string_view text, const Reading& reading) {
  LogLevel level;
  if (!ParseLogLevel(text, &level)) return Wrong(text, "debug, info, warning or error");
  reading.config->mutable_logging()->set_level(std::string(text));
  return absl::OkStatus();
}

absl::Status ReadLogFormat(absl::string_view text, const Reading& reading) {
  if (text != "text" && text != "json") return Wrong(text, "text or json");
  reading.config->mutable_logging()->set_format(text == "json" ? config::v1::LOG_FORMAT_JSON
                                                               : config::v1::LOG_FORMAT_TEXT);
  return absl::OkStatus();
}

absl::Status ReadAdmin(absl::string_view text, const Reading& reading) {
  if (!IsHostPort(text)) return Wrong(text, "HOST:PORT");
  reading.config->mutable_admin()->set_address(std::string(text));
  return absl::OkStatus();
}

template <CommandLine::Action kAction>
absl::Status ReadAction(absl::string_view /*text*/, const Reading& reading) {
  *reading.action = kAction;
  return absl::OkStatus();
}

// Longer than other functions: it is one table, a row for each flag, and is read as one.
// NOLINTNEXTLINE(readability-function-size)
const std::vector<Flag>& Flags() {
  using V = absl::string_view;
  using C = ServerConfig;
  using Action = CommandLine::Action;
  using config::v1::Drain;
  using config::v1::Limits;
  using config::v1::Listener;
  const absl::Duration instant = absl::ZeroDuration();
  const absl::Duration tick = absl::Milliseconds(1);
  static const auto* const flags = new std::vector<Flag>{
      {"config", "FILE", "what to serve, as JSON; other flags stand instead of what it says",
       [](V v, const Reading& r) {
         *r.config_file = std::string(v);
         return v.empty() ? Wrong(v, "a file") : absl::OkStatus();
       }},
      {"check_config", "", "say whether the configuration is right, and end",
       &ReadAction<Action::kCheckConfig>},
      {"listen", "HOST:PORT", "where to serve (127.0.0.1:0; port 0: any free one)", &ReadListen},
      {"targets", "NAME=ADDRESS,…",
       "instead of --config: the backends that requests may name; every method is allowed",
       &ReadTargets},
      {"insecure", "", "allow listening elsewhere than on loopback, without TLS",
       [](V, const Reading& r) {
         r.config->mutable_listener()->set_insecure(true);
         return absl::OkStatus();
       }},
      {"workers", "N", "completion queues, each with one thread (1)",
       NumberFlag(1, 256, &C::mutable_listener, &Listener::set_workers)},
      {"max_calls", "N", "sub-calls in one gather (10000)",
       NumberFlag(1, kMostCalls, &C::mutable_limits, &Limits::set_max_calls)},
      {"max_concurrency", "N", "sub-calls of one gather in flight at once (1000)",
       NumberFlag(1, kMostCalls, &C::mutable_limits, &Limits::set_max_concurrency)},
      {"max_request_bytes", "N", "a whole request (67108864)",
       NumberFlag(1, kMostBytes, &C::mutable_limits, &Limits::set_max_request_bytes)},
      {"max_response_bytes", "N", "all replies of one gather together (67108864)",
       NumberFlag(1, kMostBytes, &C::mutable_limits, &Limits::set_max_response_bytes)},
      {"max_reply_bytes", "N", "one reply (16777216)",
       NumberFlag(1, kMostBytes, &C::mutable_limits, &Limits::set_max_reply_bytes)},
      {"default_timeout", "DURATION", "of a gather with neither timeout nor RPC deadline (30s)",
       DurationFlag(tick, &C::mutable_limits, &Limits::mutable_default_timeout)},
      {"max_timeout", "DURATION", "longer timeouts are shortened to it (1h)",
       DurationFlag(tick, &C::mutable_limits, &Limits::mutable_max_timeout)},
      {"max_detached", "N", "sub-calls of the process that outlive their gather's answer (1000)",
       NumberFlag(0, kMostCalls, &C::mutable_limits, &Limits::set_max_detached)},
      {"detached_timeout", "DURATION", "how long such a sub-call may go on (60s)",
       DurationFlag(tick, &C::mutable_limits, &Limits::mutable_detached_timeout)},
      {"drain_deadline", "DURATION", "how long running gathers may go on after SIGTERM (30s)",
       DurationFlag(instant, &C::mutable_drain, &Drain::mutable_deadline)},
      {"lame_duck", "DURATION", "how long a draining server still accepts connections (0s)",
       DurationFlag(instant, &C::mutable_drain, &Drain::mutable_lame_duck)},
      {"admin", "HOST:PORT",
       "where metrics, health and state are served over HTTP (nowhere; port 0: any free one)",
       &ReadAdmin},
      {"log_format", "FORMAT", "text or json (text)", &ReadLogFormat},
      {"log_level", "LEVEL", "debug, info, warning or error (info)", &ReadLogLevel},
      {"version", "", "print the version and end", &ReadAction<Action::kShowVersion>},
      {"help", "", "print this text and end", &ReadAction<Action::kShowHelp>},
  };
  return *flags;
}

const Flag* FindFlag(absl::string_view name) {
  for (const Flag& flag : Flags()) {
    if (flag.name == name) return &flag;
  }
  return nullptr;
}

// Reads the flag at `*next` and moves behind it: `--name=value`, or `--name value`.
absl::StatusOr<GivenFlag> ReadFlag(const std::vector<std::string>& arguments, std::size_t* next,
                                   const Reading& reading) {
  absl::string_view text = arguments[(*next)++];
  if (!absl::ConsumePrefix(&text, "--")) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is not a flag; see --help"));
  }
  const std::size_t equals = text.find('=');
  const absl::string_view name = text.substr(0, equals);
  const Flag* const flag = FindFlag(name);
  if (flag == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("unknown flag --", name, "; see --help"));
  }
  absl::string_view value;
  if (equals != absl::string_view::npos) value = text.substr(equals + 1);
  if (flag->value.empty() && !value.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("--", name, " takes no value"));
  }
  if (!flag->value.empty() && equals == absl::string_view::npos) {
    if (*next == arguments.size()) {
      return absl::InvalidArgumentError(absl::StrCat("--", name, " needs a value: ", flag->value));
    }
    value = arguments[(*next)++];
  }
  absl::Status read = flag->read(value, reading);
  if (read.ok()) return GivenFlag(flag, std::string(value));
  return absl::InvalidArgumentError(absl::StrCat("--", name, ": ", read.message()));
}

absl::Status CheckTogether(absl::string_view config_file, const ServerConfig& flags) {
  if (!config_file.empty() && !flags.targets().empty()) {
    return absl::InvalidArgumentError("--targets: not together with --config, which names them");
  }
  if (config_file.empty() && flags.targets().empty()) {
    return absl::InvalidArgumentError(
        "--targets is missing: name at least one, as --targets=users=127.0.0.1:5001, or a file "
        "with --config");
  }
  return absl::OkStatus();
}

// What was found right once is right again.
void Override(const std::vector<GivenFlag>& given, ServerConfig* config) {
  CommandLine::Action action = CommandLine::Action::kServe;
  std::string config_file;
  for (const auto& [flag, value] : given) {
    flag->read(value, {&action, &config_file, config}).IgnoreError();
  }
}

}  // namespace

absl::StatusOr<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments) {
  using Action = CommandLine::Action;
  CommandLine command_line;
  std::string config_file;
  ServerConfig flags;
  std::vector<GivenFlag> given;
  for (std::size_t next = 0; next < arguments.size();) {
    auto read = ReadFlag(arguments, &next, {&command_line.action, &config_file, &flags});
    if (!read.ok()) return read.status();
    given.push_back(*std::move(read));
  }
  if (command_line.action == Action::kShowHelp || command_line.action == Action::kShowVersion) {
    return command_line;
  }
  if (absl::Status check = CheckTogether(config_file, flags); !check.ok()) return check;
  command_line.source =
      ConfigSource(config_file, [given](ServerConfig* config) { Override(given, config); });
  return command_line;
}

std::string HelpText() {
  std::string text =
      "usage: gatherd --targets=NAME=ADDRESS,… [FLAGS]\n"
      "       gatherd --config=FILE [FLAGS]\n\n"
      "Runs gathers: one request names calls to backends, one answer says what became of each.\n"
      "  gatherd --listen=127.0.0.1:4400 --targets=users=127.0.0.1:5001,posts=dns:///posts:443\n\n";
  for (const Flag& flag : Flags()) {
    const std::string left =
        absl::StrCat("  --", flag.name, flag.value.empty() ? "" : "=", flag.value);
    absl::StrAppend(&text, left, "\n      ", flag.help, "\n");
  }
  absl::StrAppend(
      &text,
      "\nSIGTERM and SIGINT drain, exit status 0; a second one ends at once, exit "
      "status 1. SIGHUP reads --config again.\nWrong flags or configuration: exit status "
      "2.\n");
  return text;
}

}  // namespace gather::server
