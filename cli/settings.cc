#include "cli/settings.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/files.h"
#include "cli/json_problem.h"
#include "cli/tls_files.h"
#include "google/protobuf/util/json_util.h"

namespace gather::cli {
namespace {

using gatherctl::v1::Settings;

std::string Environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Empty: there is no home to have settings in.
std::string UsualFile() {
  std::string folder = Environment("XDG_CONFIG_HOME");
  if (folder.empty() && !Environment("HOME").empty()) {
    folder = absl::StrCat(Environment("HOME"), "/.config");
  }
  return folder.empty() ? "" : absl::StrCat(folder, "/gather/gatherctl.json");
}

absl::StatusOr<Settings> ReadSettings(const std::string& path) {
  const auto text = ReadFile(path);
  if (!text.ok()) return text.status();
  Settings settings;
  const auto read = google::protobuf::util::JsonStringToMessage(*text, &settings);
  if (read.ok()) return settings;
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", JsonProblem(read)));
}

absl::StatusOr<Settings> SettingsOfFile(const CommandLine& line) {
  if (line.settings_file.has_value()) return ReadSettings(*line.settings_file);
  const std::string usual = UsualFile();
  if (usual.empty() || access(usual.c_str(), F_OK) != 0) return Settings();
  return ReadSettings(usual);
}

// "127.example.com" is somebody's name, so digits and dots only.
bool StaysHere(absl::string_view address) {
  const absl::string_view host = address.substr(0, address.rfind(':'));
  return host == "localhost" || host == "[::1]" || absl::StartsWith(address, "unix:") ||
         (absl::StartsWith(host, "127.") &&
          host.find_first_not_of("0123456789.") == absl::string_view::npos);
}

absl::StatusOr<std::string> Token(const Settings& settings) {
  if (settings.token_file().empty()) return Environment("GATHER_TOKEN");
  auto token = ReadFile(settings.token_file());
  if (token.ok()) absl::StripAsciiWhitespace(&*token);
  return token;
}

absl::StatusOr<Client> Embedded(const Settings& settings, const v1::GatherRequest& request) {
  EmbeddedOptions options;
  options.max_calls = std::max(options.max_calls, static_cast<std::uint32_t>(request.calls_size()));
  options.max_concurrency = std::max(options.max_concurrency, request.max_concurrency());
  for (const gatherctl::v1::Target& target : settings.targets()) {
    if (target.has_tls()) {
      return absl::InvalidArgumentError(
          absl::StrCat("target \"", target.name(),
                       "\" has tls, which takes a server: without one calls go in plaintext"));
    }
    const auto same = std::find_if(options.targets.begin(), options.targets.end(),
                                   [&](const auto& known) { return known.first == target.name(); });
    if (same != options.targets.end()) options.targets.erase(same);
    options.targets.emplace_back(target.name(), target.address());
  }
  return Client::Embedded(options);
}

}  // namespace

absl::StatusOr<Settings> LoadSettings(const CommandLine& line) {
  auto settings = SettingsOfFile(line);
  if (!settings.ok()) return settings;
  settings->MergeFrom(line.settings);
  if (line.embedded) settings->clear_server();
  return settings;
}

absl::StatusOr<ClientOptions> ServerOptions(const Settings& settings) {
  ClientOptions options;
  if (!settings.has_tls()) return options;
  auto tls = ReadTls(settings.tls());
  if (!tls.ok()) return tls.status();
  options.tls = *std::move(tls);
  return options;
}

absl::StatusOr<Client> MakeClient(const Settings& settings, const v1::GatherRequest& request) {
  if (settings.server().empty() && settings.targets().empty()) {
    return absl::InvalidArgumentError(
        "who is to gather? --server=HOST:PORT names a gatherd; with --target=NAME=HOST:PORT for "
        "each target gatherctl does it itself");
  }
  if (settings.server().empty()) return Embedded(settings, request);
  const auto options = ServerOptions(settings);
  if (!options.ok()) return options.status();
  return Client::Connect(settings.server(), *options);
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> RpcMetadata(
    const Settings& settings, std::vector<std::pair<std::string, std::string>> given) {
  const auto token = Token(settings);
  if (!token.ok()) return token.status();
  if (token->empty() || settings.server().empty()) return given;
  if (!settings.has_tls() && !StaysHere(settings.server())) {
    return absl::InvalidArgumentError(
        "a token without --tls could be read on its way to the server");
  }
  given.emplace_back("authorization", absl::StrCat("Bearer ", *token));
  return given;
}

}  // namespace gather::cli
