#ifndef GATHER_SERVER_CONFIG_CONFIGURATION_H_
#define GATHER_SERVER_CONFIG_CONFIGURATION_H_

#include <cstdint>
#include <string>
#include <variant>

#include "absl/time/time.h"
#include "engine/engine.h"
#include "gather/config/v1/config.pb.h"
#include "server/config/mistakes.h"
#include "server/log_line.h"

namespace gather::server {

// What a server runs with: the configuration as it was read, and what was made of it. It is made as
// a whole or not at all, and does not change once a server has it; a reload makes another one.
struct Configuration {
  std::uint64_t version = 1;         // one more with each reload that was taken on
  config::v1::ServerConfig message;  // flags included

  std::string listen = "127.0.0.1:0";  // HOST:PORT; port 0: any free one
  int workers = 1;                     // completion queues, each with one thread; at least 1
  absl::Duration lame_duck;            // how long a draining server still accepts connections
  absl::Duration drain_deadline = absl::Seconds(30);  // for gathers that run when it drains
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kText;
  std::uint32_t max_detached = 1'000;
  engine::EngineOptions engine;
};

// Checks the whole message, reads the files that it names, and makes a configuration of it; or says
// all that is wrong. `running` is what it is to replace, or null: targets that stay as they are
// keep their channels.
std::variant<Configuration, Mistakes> MakeConfiguration(config::v1::ServerConfig message,
                                                        const Configuration* running);

// What is shared with configurations before this one has its limits from now on: a server has it.
void ApplyLimits(const Configuration& configuration);

}  // namespace gather::server

#endif  // GATHER_SERVER_CONFIG_CONFIGURATION_H_
