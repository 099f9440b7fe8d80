// Gathers from the demo backends, step by step, and checks that each step went as it should.
//   quickstart embedded NAME=ADDRESS,…   every step, with an engine in this process
//   quickstart remote HOST:PORT          some of them, through a gatherd

#include <cstdio>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "examples/checks.h"
#include "examples/gather_steps.h"
#include "examples/group_steps.h"
#include "gather/gather.h"

namespace demo {
namespace {

std::optional<gather::Client> Embedded(const std::string& targets) {
  gather::EmbeddedOptions options;
  for (absl::string_view target : absl::StrSplit(targets, ',')) {
    options.targets.push_back(absl::StrSplit(target, absl::MaxSplits('=', 1)));
  }
  absl::StatusOr<gather::Client> client = gather::Client::Embedded(options);
  if (client.ok()) return *std::move(client);
  absl::FPrintF(stderr, "quickstart: %s\n", client.status().ToString());
  return std::nullopt;
}

int RunEmbedded(const std::string& targets) {
  const std::optional<gather::Client> client = Embedded(targets);
  if (!client.has_value()) return 2;
  Checks checks;
  GatherPage(*client, "gathered by an engine in this process", &checks);
  FailFast(*client, &checks);
  Settled(*client, &checks);
  Race(*client, &checks);
  Deadline(*client, &checks);
  Limit(*client, &checks);
  GrowingGroup(*client, &checks);
  EndedGroup(*client, &checks);
  return checks.exit_status();
}

int RunRemote(const std::string& address) {
  Checks checks;
  const gather::Client client = gather::Client::Connect(address);
  GatherPage(client, absl::StrCat("through gatherd on ", address), &checks);
  GrowingGroup(client, &checks);
  return checks.exit_status();
}

}  // namespace
}  // namespace demo

int main(int argc, char** argv) {
  const std::string door = argc == 3 ? argv[1] : "";
  if (door == "embedded") return demo::RunEmbedded(argv[2]);
  if (door == "remote") return demo::RunRemote(argv[2]);
  std::fputs("usage: quickstart embedded NAME=ADDRESS,... | remote HOST:PORT\n", stderr);
  return 2;
}
