// Plays conformance cases with the C++ client: a case as JSON in each line of standard input, a
// report in each line of standard output. See README.md.
//
//   cpp_column --door=remote|embedded --server=HOST:PORT --targets=NAME=HOST:PORT,…

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gather/gather.h"
#include "google/protobuf/util/json_util.h"
#include "tests/conformance/case.pb.h"
#include "tests/conformance/player.h"

namespace gather::conformance {
namespace {

using google::protobuf::util::JsonPrintOptions;

Client Embedded(const std::string& targets) {
  EmbeddedOptions options;
  for (const absl::string_view target : absl::StrSplit(targets, ',')) {
    options.targets.push_back(absl::StrSplit(target, absl::MaxSplits('=', 1)));
  }
  return Client::Embedded(options).value();
}

void AwaitCue() {
  std::string line;
  std::getline(std::cin, line);
}

std::string Answer(Player* player, const std::string& line) {
  Case played;
  if (!google::protobuf::util::JsonStringToMessage(line, &played).ok()) {
    std::fprintf(stderr, "cpp_column: no case: %s\n", line.c_str());
    std::exit(2);
  }
  JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string name;
  std::string saw;
  google::protobuf::Value text;
  text.set_string_value(played.name());
  const bool told =
      google::protobuf::util::MessageToJsonString(text, &name).ok() &&
      google::protobuf::util::MessageToJsonString(player->Play(played), &saw, options).ok();
  if (!told) std::exit(2);
  return absl::StrCat(R"({"case": )", name, R"(, "saw": )", saw, "}");
}

int Run(std::map<std::string, std::string> flags) {
  Player player(flags["--door"] == "embedded" ? Embedded(flags["--targets"])
                                              : Client::Connect(flags["--server"]),
                AwaitCue);
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << Answer(&player, line) << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace gather::conformance

int main(int argc, char** argv) {
  std::map<std::string, std::string> flags;
  for (int i = 1; i < argc; ++i) {
    flags.insert(absl::StrSplit(argv[i], absl::MaxSplits('=', 1)));
  }
  return gather::conformance::Run(std::move(flags));
}
