#include "cli/call_command.h"

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/conclusion.h"
#include "cli/gathering.h"
#include "cli/line_views.h"
#include "cli/live_view.h"
#include "cli/prepared_call.h"
#include "cli/usage.h"
#include "cli/view.h"
#include "cli/wording.h"
#include "gather/duration.h"

namespace gather::cli {
namespace {

// "quorum of 2 in 3 calls, 2 at once, within 300 ms, through 127.0.0.1:4400".
std::string Title(const PreparedCall& call) {
  const v1::GatherRequest& request = call.request;
  const v1::Policy& policy = request.policy();
  const v1::Mode mode = policy.mode() == v1::MODE_UNSPECIFIED ? v1::MODE_FAIL_FAST : policy.mode();
  std::string title =
      absl::AsciiStrToLower(absl::StripPrefix(v1::Mode_Name(mode), absl::string_view("MODE_")));
  if (policy.min_successes() > 0) absl::StrAppend(&title, " of ", policy.min_successes());
  if (policy.has_max_failures()) {
    absl::StrAppend(&title, ", at most ", policy.max_failures(), " failures");
  }
  absl::StrAppend(&title, " · ", Grouped(call.roster.size()),
                  call.roster.size() == 1 ? " call" : " calls");
  if (request.max_concurrency() > 0) {
    absl::StrAppend(&title, " · ", Grouped(request.max_concurrency()), " at once");
  }
  if (request.has_timeout()) {
    absl::StrAppend(&title, " · within ", Span(internal::FromProto(request.timeout())));
  }
  return OneLine(absl::StrCat(title, " · ", call.door));
}

// A picture where a person looks at, lines elsewhere.
std::vector<std::unique_ptr<View>> MakeViews(const CommandLine& line, const PreparedCall& call) {
  const Roster* const roster = &call.roster;
  std::vector<std::unique_ptr<View>> views;
  const bool watched = isatty(STDOUT_FILENO) == 1;
  const bool text = line.output == Output::kText;
  if (text && watched && !line.quiet) {
    views.push_back(
        std::make_unique<LiveView>(roster, LiveView::Options{STDOUT_FILENO, Title(call), true}));
    return views;
  }
  // Lines that come while the picture is drawn would be in its way.
  const bool room = !watched || line.output == Output::kJson;
  if (!line.quiet && room && isatty(STDERR_FILENO) == 1) {
    views.push_back(
        std::make_unique<LiveView>(roster, LiveView::Options{STDERR_FILENO, Title(call), false}));
  } else if (!line.quiet) {
    views.push_back(std::make_unique<LogLines>(roster, stderr));
  }
  if (text) views.push_back(std::make_unique<TextLines>(roster, stdout));
  if (line.output == Output::kJson) views.push_back(std::make_unique<JsonDocument>(roster, stdout));
  if (line.output == Output::kJsonLines) {
    views.push_back(std::make_unique<JsonLines>(roster, stdout));
  }
  return views;
}

// Tells why replies are not shown as JSON.
void TellUnknownTypes(const PreparedCall& call) {
  for (std::uint32_t i = 0; i < call.roster.size(); ++i) {
    if (call.roster.types(i) != nullptr) continue;
    const auto types = call.schemas->Find(call.roster.target(i), call.roster.method(i));
    const std::string why = OneLine(types.status().message());
    std::fprintf(stderr, "gatherctl: replies of %s are shown as base64: %s\n",
                 OneLine(call.roster.Route(i)).c_str(), why.c_str());
    return;
  }
}

}  // namespace

int RunCall(CommandLine line) {
  auto call = Prepare(line);
  if (!call.ok()) return Complain(call.status());
  if (!line.quiet) TellUnknownTypes(*call);
  const auto views = MakeViews(line, *call);
  return ExitStatusOf(RunGather(call->client, std::move(call->request), std::move(call->metadata),
                                call->roster, views));
}

}  // namespace gather::cli
