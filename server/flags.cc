#include "server/flags.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "engine/detached_budget.h"

namespace gather::server {
namespace {

// What is being read: some flags only make sense together.
struct Reading {
  CommandLine command_line;
  std::vector<std::pair<std::string, std::string>> targets;
  bool insecure = false;
};

struct Flag {
  absl::string_view name;
  absl::string_view value;  // of the help text; empty: a switch
  absl::string_view help;
  std::function<absl::Status(absl::string_view, Reading*)> read;
};

absl::Status Wrong(absl::string_view value, absl::string_view wanted) {
  return absl::InvalidArgumentError(absl::StrCat("\"", value, "\" is not ", wanted));
}

template <typename Number, typename Field>
absl::Status ReadNumber(absl::string_view text, Number least, Number most, Field* field) {
  Number number = 0;
  if (!absl::SimpleAtoi(text, &number) || number < least || number > most) {
    return Wrong(text, absl::StrCat("a number from ", least, " to ", most));
  }
  *field = static_cast<Field>(number);
  return absl::OkStatus();
}

absl::Status ReadBytes(absl::string_view text, std::uint64_t* field) {
  // gRPC counts a message's bytes in an int, and 1 MiB is kept for its own limit.
  return ReadNumber<std::uint64_t>(text, 1, (2ull << 30) - (2ull << 20), field);
}

absl::Status ReadDuration(absl::string_view text, absl::Duration least, absl::Duration* field) {
  absl::Duration duration;
  if (!absl::ParseDuration(text, &duration) || duration < least || duration > absl::Hours(24)) {
    return Wrong(text, absl::StrCat("a duration from ", absl::FormatDuration(least),
                                    " to 24h, as 300ms or 1m30s"));
  }
  *field = duration;
  return absl::OkStatus();
}

absl::Status ReadTimeout(absl::string_view text, engine::Duration* field) {
  absl::Duration duration;
  if (absl::Status read = ReadDuration(text, absl::Milliseconds(1), &duration); !read.ok()) {
    return read;
  }
  *field = absl::ToChronoNanoseconds(duration);
  return absl::OkStatus();
}

absl::Status ReadTargets(absl::string_view text, Reading* reading) {
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    const std::pair<std::string, std::string> target =
        absl::StrSplit(part, absl::MaxSplits('=', 1));
    if (target.second.empty()) return Wrong(part, "NAME=ADDRESS");
    reading->targets.push_back(target);
  }
  return absl::OkStatus();
}

absl::Status ReadListen(absl::string_view text, Reading* reading) {
  const std::size_t colon = text.rfind(':');
  std::uint32_t port = 0;
  if (colon == absl::string_view::npos || colon == 0 ||
      !absl::SimpleAtoi(text.substr(colon + 1), &port) || port > 65535) {
    return Wrong(text, "HOST:PORT");
  }
  reading->command_line.options.listen = std::string(text);
  return absl::OkStatus();
}

// Longer than other functions: it is one table, a row for each flag, and is read as one.
// NOLINTNEXTLINE(readability-function-size)
const std::vector<Flag>& Flags() {
  using V = absl::string_view;
  static const auto* const flags = new std::vector<Flag>{
      {"listen", "HOST:PORT", "where to serve (127.0.0.1:0; port 0: any free one)", &ReadListen},
      {"targets", "NAME=ADDRESS,…", "the backends that requests may name; every method is allowed",
       &ReadTargets},
      {"insecure", "", "allow listening elsewhere than on loopback, without TLS",
       [](V, Reading* r) {
         r->insecure = true;
         return absl::OkStatus();
       }},
      {"workers", "N", "completion queues, each with one thread (1)",
       [](V v, Reading* r) {
         return ReadNumber<int>(v, 1, 256, &r->command_line.options.workers);
       }},
      {"max_calls", "N", "sub-calls in one gather (10000)",
       [](V v, Reading* r) {
         return ReadNumber<std::uint32_t>(v, 1, 10'000'000,
                                          &r->command_line.options.engine.plan.max_calls);
       }},
      {"max_concurrency", "N", "sub-calls of one gather in flight at once (1000)",
       [](V v, Reading* r) {
         return ReadNumber<std::uint32_t>(v, 1, 10'000'000,
                                          &r->command_line.options.engine.plan.max_concurrency);
       }},
      {"max_request_bytes", "N", "a whole request (67108864)",
       [](V v, Reading* r) {
         return ReadBytes(v, &r->command_line.options.engine.max_request_bytes);
       }},
      {"max_response_bytes", "N", "all replies of one gather together (67108864)",
       [](V v, Reading* r) {
         return ReadBytes(v, &r->command_line.options.engine.max_response_bytes);
       }},
      {"max_reply_bytes", "N", "one reply (16777216)",
       [](V v, Reading* r) {
         return ReadBytes(v, &r->command_line.options.engine.max_reply_bytes);
       }},
      {"default_timeout", "DURATION", "of a gather with neither timeout nor RPC deadline (30s)",
       [](V v, Reading* r) {
         return ReadTimeout(v, &r->command_line.options.engine.plan.default_timeout);
       }},
      {"max_timeout", "DURATION", "longer timeouts are shortened to it (1h)",
       [](V v, Reading* r) {
         return ReadTimeout(v, &r->command_line.options.engine.plan.max_timeout);
       }},
      {"max_detached", "N", "sub-calls of the process that outlive their gather's answer (1000)",
       [](V v, Reading* r) {
         std::uint32_t limit = 0;
         absl::Status read = ReadNumber<std::uint32_t>(v, 0, 10'000'000, &limit);
         r->command_line.options.engine.detached_budget =
             std::make_shared<engine::DetachedBudget>(limit);
         return read;
       }},
      {"detached_timeout", "DURATION", "how long such a sub-call may go on (60s)",
       [](V v, Reading* r) {
         return ReadTimeout(v, &r->command_line.options.engine.detached_timeout);
       }},
      {"drain_deadline", "DURATION", "how long running gathers may go on after SIGTERM (30s)",
       [](V v, Reading* r) {
         return ReadDuration(v, absl::ZeroDuration(), &r->command_line.options.drain_deadline);
       }},
      {"lame_duck", "DURATION", "how long a draining server still accepts connections (0s)",
       [](V v, Reading* r) {
         return ReadDuration(v, absl::ZeroDuration(), &r->command_line.options.lame_duck);
       }},
      {"log_level", "LEVEL", "debug, info, warning or error (info)",
       [](V v, Reading* r) {
         return ParseLogLevel(v, &r->command_line.log_level)
                    ? absl::OkStatus()
                    : Wrong(v, "debug, info, warning or error");
       }},
      {"version", "", "print the version and end",
       [](V, Reading* r) {
         r->command_line.action = CommandLine::Action::kShowVersion;
         return absl::OkStatus();
       }},
      {"help", "", "print this text and end",
       [](V, Reading* r) {
         r->command_line.action = CommandLine::Action::kShowHelp;
         return absl::OkStatus();
       }},
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
absl::Status ReadFlag(const std::vector<std::string>& arguments, std::size_t* next,
                      Reading* reading) {
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
  if (read.ok()) return read;
  return absl::InvalidArgumentError(absl::StrCat("--", name, ": ", read.message()));
}

bool IsLoopback(absl::string_view listen) {
  const absl::string_view host = listen.substr(0, listen.rfind(':'));
  return host == "localhost" || host == "[::1]" || absl::StartsWith(host, "127.");
}

absl::Status CheckTogether(Reading* reading) {
  ServerOptions& options = reading->command_line.options;
  if (reading->targets.empty()) {
    return absl::InvalidArgumentError(
        "--targets is missing: name at least one, as "
        "--targets=users=127.0.0.1:5001");
  }
  auto targets = engine::TargetTable::Create(reading->targets);
  if (!targets.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--targets: ", targets.status().message()));
  }
  options.engine.targets = *std::move(targets);
  if (!reading->insecure && !IsLoopback(options.listen)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--listen=", options.listen,
                     ": with --targets anybody who can connect may call every method; listen on "
                     "loopback, or say --insecure"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments) {
  Reading reading;
  for (std::size_t next = 0; next < arguments.size();) {
    if (absl::Status read = ReadFlag(arguments, &next, &reading); !read.ok()) return read;
  }
  if (reading.command_line.action != CommandLine::Action::kServe) {
    return std::move(reading.command_line);
  }
  if (absl::Status check = CheckTogether(&reading); !check.ok()) return check;
  return std::move(reading.command_line);
}

std::string HelpText() {
  std::string text =
      "usage: gatherd --targets=NAME=ADDRESS,… [FLAGS]\n\n"
      "Runs gathers: one request names calls to backends, one answer says what became of each.\n"
      "  gatherd --listen=127.0.0.1:4400 --targets=users=127.0.0.1:5001,posts=dns:///posts:443\n\n";
  for (const Flag& flag : Flags()) {
    const std::string left =
        absl::StrCat("  --", flag.name, flag.value.empty() ? "" : "=", flag.value);
    absl::StrAppend(&text, left, "\n      ", flag.help, "\n");
  }
  absl::StrAppend(&text,
                  "\nSIGTERM and SIGINT drain, exit status 0; a second one ends at once, exit "
                  "status 1.\nWrong flags: exit status 2.\n");
  return text;
}

}  // namespace gather::server
