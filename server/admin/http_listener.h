#ifndef GATHER_SERVER_ADMIN_HTTP_LISTENER_H_
#define GATHER_SERVER_ADMIN_HTTP_LISTENER_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct MHD_Daemon;

namespace gather::server {

// A page, or why there is none.
struct HttpPage {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
};

// Serves pages over HTTP, GET and HEAD only, on threads of its own: few connections at a time, and
// none that is slow for long.
//
//   auto listener = HttpListener::Start("127.0.0.1:0", [](absl::string_view path) { … });
//
// Destruction ends the connections and waits for their threads.
class HttpListener {
 public:
  // From several threads at once.
  using Serve = std::function<HttpPage(absl::string_view path)>;

  // kInvalidArgument when it cannot listen there. `address` is HOST:PORT; port 0: any free one.
  static absl::StatusOr<std::unique_ptr<HttpListener>> Start(const std::string& address,
                                                             Serve serve);
  ~HttpListener();
  HttpListener(const HttpListener&) = delete;
  HttpListener& operator=(const HttpListener&) = delete;

  // HOST:PORT as it can be reached.
  const std::string& address() const { return address_; }

 private:
  explicit HttpListener(Serve serve) : serve_(std::move(serve)) {}

  const Serve serve_;
  std::string address_;
  MHD_Daemon* daemon_ = nullptr;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_ADMIN_HTTP_LISTENER_H_
