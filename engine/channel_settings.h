#ifndef GATHER_ENGINE_CHANNEL_SETTINGS_H_
#define GATHER_ENGINE_CHANNEL_SETTINGS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "engine/async/time.h"

namespace gather::engine {

// What a channel to a backend is made of. Two that are equal make channels that are alike.
struct ChannelSettings {
  enum class LoadBalancing { kPickFirst, kRoundRobin };

  struct Tls {
    std::string authorities;  // PEM of who signs the backend's certificate; empty: the system's
    std::string certificate_chain;  // PEM of our own, for backends that ask; or empty, both
    std::string private_key;
    std::string server_name;  // that the certificate must bear; empty: as `authority`

    friend bool operator==(const Tls&, const Tls&) = default;
  };

  struct Keepalive {
    Duration time = std::chrono::seconds(60);
    Duration timeout = std::chrono::seconds(20);

    friend bool operator==(const Keepalive&, const Keepalive&) = default;
  };

  std::string address;      // what gRPC dials: host:port, dns:///…, unix:…, ipv4:…
  std::optional<Tls> tls;   // empty: plaintext
  std::string authority{};  // empty: from the address
  LoadBalancing load_balancing = LoadBalancing::kPickFirst;
  std::optional<std::string> health_check_service{};  // set: endpoints are asked for it
  std::optional<Keepalive> keepalive{};               // empty: no pings
  std::uint64_t max_reply_bytes = 16ull << 20;        // one message

  friend bool operator==(const ChannelSettings&, const ChannelSettings&) = default;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_CHANNEL_SETTINGS_H_
