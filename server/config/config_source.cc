#include "server/config/config_source.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "server/config/config_file.h"

namespace gather::server {

ConfigSource::ConfigSource(std::string file, Override override)
    : file_(std::move(file)), override_(std::move(override)) {}

std::variant<Configuration, Mistakes> ConfigSource::Load(const Configuration* running) const {
  config::v1::ServerConfig message;
  if (!file_.empty()) {
    const absl::StatusOr<std::string> text = ReadFile(file_);
    if (!text.ok()) return Mistakes{absl::StrCat(file_, ": ", text.status().message())};
    absl::StatusOr<config::v1::ServerConfig> parsed = ParseConfig(*text);
    if (!parsed.ok()) return Mistakes{absl::StrCat(file_, ": ", parsed.status().message())};
    message = *std::move(parsed);
  }
  if (override_) override_(&message);
  auto made = MakeConfiguration(std::move(message), running);
  auto* const mistakes = std::get_if<Mistakes>(&made);
  if (mistakes != nullptr && !file_.empty()) {
    for (std::string& mistake : *mistakes) mistake = absl::StrCat(file_, ": ", mistake);
  }
  return made;
}

}  // namespace gather::server
