#include "cli/check_command.h"

#include <cstdio>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/conclusion.h"
#include "cli/explanation.h"
#include "cli/method_types.h"
#include "cli/prepared_call.h"
#include "cli/usage.h"
#include "cli/wording.h"
#include "gather/connection.h"
#include "gather/duration.h"
#include "gather/lost_outcome.h"

namespace gather::cli {
namespace {

Connection::Response Ask(const Client& client, v1::GatherRequest request,
                         std::vector<std::pair<std::string, std::string>> metadata) {
  GatherContext context;
  context.metadata = std::move(metadata);
  std::promise<Connection::Response> answered;
  const auto pending = client.connection()->StartGather(
      std::move(request), context,
      [&answered](Connection::Response response) { answered.set_value(std::move(response)); });
  return answered.get_future().get();
}

// "accepted: collect, 2 calls, 1,000 at once, within 300 ms", as far as it is said.
std::string Accepted(const v1::GatherRequest& effective, std::size_t calls) {
  const std::string mode(
      absl::StripPrefix(v1::Mode_Name(effective.policy().mode()), absl::string_view("MODE_")));
  std::string text = absl::StrCat("accepted: ", absl::AsciiStrToLower(mode), ", ", Grouped(calls),
                                  calls == 1 ? " call" : " calls");
  if (effective.max_concurrency() > 0) {
    absl::StrAppend(&text, ", ", Grouped(effective.max_concurrency()), " at once");
  }
  if (effective.has_timeout()) {
    absl::StrAppend(&text, ", within ", Span(internal::FromProto(effective.timeout())));
  }
  return text;
}

int TellResponse(const v1::GatherResponse& response, const Roster& roster, bool as_json) {
  int status = kSatisfied;
  std::string text;
  for (const v1::Outcome& outcome : response.outcomes()) {
    if (outcome.disposition() != v1::DISPOSITION_REJECTED) continue;
    status = kFailed;
    const auto name_of = [&roster](std::uint32_t index) { return roster.Name(index); };
    absl::StrAppend(
        &text, OneLine(absl::StrCat(roster.Name(outcome.index()), ": ", Explain(outcome, name_of))),
        "\n");
  }
  if (as_json) {
    text = ToJson(response) + "\n";
  } else {
    text = absl::StrCat(Accepted(response.effective(), roster.size()),
                        status == kSatisfied ? "" : ", but for these calls", "\n", text);
  }
  std::fputs(text.c_str(), stdout);
  return status;
}

int TellLoss(const absl::Status& lost, bool as_json) {
  if (as_json) {
    std::printf("{\"error\":%s}\n", ToJson(internal::ToProto(lost)).c_str());
  } else {
    std::fprintf(stderr, "gatherctl: %s\n", Headline(lost).c_str());
  }
  return ExitStatusOf(lost);
}

}  // namespace

int RunCheck(const CommandLine& line) {
  const bool as_json = line.output != Output::kText;
  auto call = Prepare(line);
  if (!call.ok()) return Complain(call.status());
  call->request.set_validate_only(true);
  const Connection::Response response =
      Ask(call->client, std::move(call->request), std::move(call->metadata));
  if (!response.ok()) return TellLoss(response.status(), as_json);
  return TellResponse(**response, call->roster, as_json);
}

}  // namespace gather::cli
