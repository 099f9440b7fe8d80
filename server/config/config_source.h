#ifndef GATHER_SERVER_CONFIG_CONFIG_SOURCE_H_
#define GATHER_SERVER_CONFIG_CONFIG_SOURCE_H_

#include <functional>
#include <string>
#include <variant>

#include "gather/config/v1/config.pb.h"
#include "server/config/configuration.h"
#include "server/config/mistakes.h"

namespace gather::server {

// Where a server's configuration comes from: a file, and what the command line says instead of it.
// It may be read again and again, from any thread.
class ConfigSource {
 public:
  using Override = std::function<void(config::v1::ServerConfig*)>;

  // Without a file, all there is comes from `override`.
  explicit ConfigSource(std::string file = "", Override override = nullptr);

  // Reads it now. Each mistake is one line that begins with the file's name. `running` is what the
  // configuration is to replace, or null.
  std::variant<Configuration, Mistakes> Load(const Configuration* running) const;

 private:
  Mistakes InFile(Mistakes mistakes) const;

  std::string file_;
  Override override_;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_CONFIG_CONFIG_SOURCE_H_
