#include "cli/capabilities_command.h"

#include <grpcpp/client_context.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "cli/conclusion.h"
#include "cli/method_types.h"
#include "cli/settings.h"
#include "cli/usage.h"
#include "cli/wording.h"
#include "gather/connection.h"
#include "gather/duration.h"
#include "gather/rpc_context.h"
#include "gather/rpc_status.h"
#include "gather/server_channel.h"
#include "gather/v1/gather.grpc.pb.h"

namespace gather::cli {
namespace {

constexpr std::chrono::seconds kPatience(10);

absl::StatusOr<v1::Capabilities> Ask(const std::string& server, const ClientOptions& options,
                                     const GatherContext& gather) {
  const auto stub = v1::GatherService::NewStub(internal::MakeServerChannel(server, options));
  grpc::ClientContext context;
  internal::Prepare(gather, &context);
  v1::Capabilities capabilities;
  const grpc::Status status =
      stub->GetCapabilities(&context, v1::GetCapabilitiesRequest(), &capabilities);
  if (status.ok()) return capabilities;
  return internal::StatusOfRpc(context, status, false);
}

std::string Row(absl::string_view what, absl::string_view value) {
  return absl::StrCat("  ", what, std::string(24 - what.size(), ' '), value, "\n");
}

std::string Modes(const v1::Capabilities& capabilities) {
  std::vector<std::string> modes;
  for (const int mode : capabilities.modes()) {
    modes.push_back(absl::AsciiStrToLower(
        absl::StripPrefix(v1::Mode_Name(static_cast<v1::Mode>(mode)), absl::string_view("MODE_"))));
  }
  return absl::StrJoin(modes, " ");
}

std::string Targets(const v1::Capabilities& capabilities) {
  std::size_t width = 0;
  for (const v1::TargetInfo& target : capabilities.targets()) {
    width = std::max(width, target.name().size());
  }
  std::string text;
  for (const v1::TargetInfo& target : capabilities.targets()) {
    absl::StrAppend(&text, "  ", Fit(target.name(), width, true), "  ",
                    target.methods().empty() ? std::string("every method")
                                             : OneLine(absl::StrJoin(target.methods(), " ")),
                    "\n");
  }
  return text.empty() ? "  none\n" : text;
}

}  // namespace

std::string ToText(const v1::Capabilities& capabilities) {
  return absl::StrCat("gatherd ", OneLine(capabilities.version()), "\n",
                      Row("calls in a gather", Grouped(capabilities.max_calls())),
                      Row("of them at once", Grouped(capabilities.max_concurrency())),
                      Row("longest timeout", Span(internal::FromProto(capabilities.max_timeout()))),
                      Row("a request", Bytes(capabilities.max_request_bytes())),
                      Row("all replies together", Bytes(capabilities.max_response_bytes())),
                      Row("modes", Modes(capabilities)), "targets for this caller\n",
                      Targets(capabilities));
}

int RunCapabilities(const CommandLine& line) {
  const auto settings = LoadSettings(line);
  if (!settings.ok()) return Complain(settings.status());
  if (settings->server().empty()) {
    return Complain(absl::InvalidArgumentError("which server? --server=HOST:PORT names it"));
  }
  const auto options = ServerOptions(*settings);
  if (!options.ok()) return Complain(options.status());
  auto metadata = RpcMetadata(*settings, line.metadata);
  if (!metadata.ok()) return Complain(metadata.status());
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  const auto capabilities =
      Ask(settings->server(), *options, GatherContext{deadline, *std::move(metadata)});
  if (!capabilities.ok()) {
    std::fprintf(stderr, "gatherctl: %s\n", Headline(capabilities.status()).c_str());
    return ExitStatusOf(capabilities.status());
  }
  const std::string text =
      line.output == Output::kText ? ToText(*capabilities) : ToJson(*capabilities) + "\n";
  std::fputs(text.c_str(), stdout);
  return kSatisfied;
}

}  // namespace gather::cli
