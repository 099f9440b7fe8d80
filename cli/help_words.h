#ifndef GATHER_CLI_HELP_WORDS_H_
#define GATHER_CLI_HELP_WORDS_H_

#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "cli/flags.h"

// What help and manual page both say.
namespace gather::cli {

inline constexpr absl::string_view kSummary =
    "Gathers gRPC calls from the command line: makes them at once, and shows what becomes of each.";

inline constexpr absl::string_view kAboutCalls =
    "A call is a target's name, a method, and the request as JSON of the method's input type; none "
    "is the empty message. A lone + stands between calls. @FILE is the JSON in a file (@- on "
    "standard input), a JSON string is base64 of the serialised message. Flags before the first "
    "call are of the whole gather, or hold for all calls; flags behind a call are of that call.";

inline constexpr absl::string_view kAboutTypes =
    "Types come from --proto and --descriptor_set, else from the target itself, by gRPC's server "
    "reflection, at the address that --target or the settings give it.";

struct Example {
  absl::string_view what;
  absl::string_view command;
};

inline constexpr Example kExamples[] = {
    {"Two calls at once; the first failure cancels the other:",
     R"(gatherctl call --target=users=127.0.0.1:5001 --target=posts=127.0.0.1:5002 )"
     R"(users /demo.Users/GetUser '{"name":"ada"}' + posts /demo.Posts/List '{"author":"ada"}')"},
    {"Through a server; failures are results, what is late after 300 ms is cancelled:",
     R"(gatherctl call --server=127.0.0.1:4400 --proto=demo.proto --mode=collect --timeout=300ms )"
     R"(users /demo.Users/GetUser '{"name":"ada"}' + )"
     R"(posts /demo.Posts/List '{"author":"ada"}' --id=posts --timeout=50ms)"},
    {"A whole gather from a file, as JSON for another program:",
     R"(gatherctl call -f gather.json --output=json | jq '.outcomes[].response')"},
    {"Whether it would be accepted:", R"(gatherctl check -f gather.json)"},
    {"What the server offers:", R"(gatherctl capabilities --server=127.0.0.1:4400)"},
};

inline constexpr std::pair<absl::string_view, absl::string_view> kStatuses[] = {
    {"0", "the gather was satisfied; of check: it would be accepted"},
    {"1", "it failed, or was refused"},
    {"2", "wrong flags, file or JSON"},
    {"3", "its deadline passed"},
    {"4", "the server, or a target that is asked for its types, cannot be reached"},
    {"130", "Ctrl-C: it was cancelled"},
};

absl::string_view Heading(Section section);

// "-f, --file=FILE".
std::string Spelling(const Flag& flag);

// Whether the command takes the flag; kNone takes all.
bool Takes(Command command, const Flag& flag);

}  // namespace gather::cli

#endif  // GATHER_CLI_HELP_WORDS_H_
