#ifndef GATHER_CLIENT_GATHER_CLIENT_H_
#define GATHER_CLIENT_GATHER_CLIENT_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "gather/client_options.h"
#include "gather/connection.h"

namespace gather {

// The way to an engine that runs gathers: a server, or one inside this process. What is written
// against a client means the same with both.
//
//   gather::Client client = gather::Client::Connect("127.0.0.1:7000");
//   absl::StatusOr<std::tuple<User, Posts>> page = gather::Gather(client, user_call, posts_call);
//
// Cheap to copy; copies are the same client. Safe from any thread. The end of the last copy cancels
// what is pending and waits until all of it has ended and every continuation on the client's worker
// has run; on the client's own worker thread (a continuation that held the last copy) it happens
// soon after instead.
class Client {
 public:
  // A client of the server at `address` (host:port, dns:///…, unix:…). Does not block and cannot
  // fail: the connection is made when it is first needed, and a server that cannot be reached is
  // each gather's kUnavailable.
  static Client Connect(const std::string& address, const ClientOptions& options = {});

  // A client with an engine of its own, in this process. kInvalidArgument names what is wrong with
  // `options`.
  static absl::StatusOr<Client> Embedded(const EmbeddedOptions& options);

  // A client over any connection; for tests. `connection` is not null.
  explicit Client(std::unique_ptr<Connection> connection);

  const std::shared_ptr<Connection>& connection() const { return connection_; }

 private:
  std::shared_ptr<Connection> connection_;
};

}  // namespace gather

#endif  // GATHER_CLIENT_GATHER_CLIENT_H_
