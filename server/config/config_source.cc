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
    if (!text.ok()) return InFile({std::string(text.status().message())});
    auto parsed = ParseConfig(*text);
    if (auto* mistakes = std::get_if<Mistakes>(&parsed)) return InFile(std::move(*mistakes));
    message = std::get<config::v1::ServerConfig>(std::move(parsed));
  }
  if (override_) override_(&message);
  auto made = MakeConfiguration(std::move(message), running);
  if (auto* mistakes = std::get_if<Mistakes>(&made)) return InFile(std::move(*mistakes));
  return made;
}

Mistakes ConfigSource::InFile(Mistakes mistakes) const {
  if (file_.empty()) return mistakes;
  for (std::string& mistake : mistakes) mistake = absl::StrCat(file_, ": ", mistake);
  return mistakes;
}

}  // namespace gather::server
