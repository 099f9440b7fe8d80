#include "cli/call_command.h"

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/conclusion.h"
#include "cli/gathering.h"
#include "cli/line_views.h"
#include "cli/live_view.h"
#include "cli/painter.h"
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

// How the gather is watched while standard output has the results.
std::unique_ptr<View> MakeWatch(const CommandLine& line, const PreparedCall& call) {
  // Lines that come meanwhile would be in the way.
  const bool apart = line.output == Output::kJson || !IsScreen(STDOUT_FILENO);
  if (call.roster.size() > LiveView::kMostLines && apart && IsScreen(STDERR_FILENO)) {
    return std::make_unique<LiveView>(&call.roster,
                                      LiveView::Options{STDERR_FILENO, Title(call), false});
  }
  return std::make_unique<LogLines>(&call.roster, stderr);
}

// A picture where a person looks at it, lines elsewhere.
std::vector<std::unique_ptr<View>> MakeViews(const CommandLine& line, const PreparedCall& call) {
  const Roster* const roster = &call.roster;
  std::vector<std::unique_ptr<View>> views;
  if (line.output == Output::kText && IsScreen(STDOUT_FILENO) && !line.quiet) {
    views.push_back(
        std::make_unique<LiveView>(roster, LiveView::Options{STDOUT_FILENO, Title(call), true}));
    return views;
  }
  if (!line.quiet) views.push_back(MakeWatch(line, call));
  switch (line.output) {
    case Output::kText:
      views.push_back(std::make_unique<TextLines>(roster, stdout));
      break;
    case Output::kJson:
      views.push_back(std::make_unique<JsonDocument>(roster, stdout));
      break;
    case Output::kJsonLines:
      views.push_back(std::make_unique<JsonLines>(roster, stdout));
      break;
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

int RunCall(const CommandLine& line) {
  auto call = Prepare(line);
  if (!call.ok()) return Complain(call.status());
  if (call->request.validate_only()) {
    return Complain(absl::InvalidArgumentError("validate_only: gatherctl check asks for that"));
  }
  if (!line.quiet) TellUnknownTypes(*call);
  const auto views = MakeViews(line, *call);
  return ExitStatusOf(RunGather(call->client, std::move(call->request), std::move(call->metadata),
                                call->roster, views));
}

}  // namespace gather::cli
