#include "server/admin/http_listener.h"

#include <microhttpd.h>
#include <netdb.h>
#include <sys/socket.h>

#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace gather::server {
namespace {

constexpr unsigned int kMaxConnections = 16;
constexpr unsigned int kMaxIdleSeconds = 10;

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

// "[::1]:80" and "localhost:80" → what to bind to; null when there is no such host.
Addresses Resolve(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  std::string host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int problem = getaddrinfo(host.c_str(), address.substr(colon + 1).c_str(), &hints, &found);
  return Addresses(problem == 0 ? found : nullptr, &freeaddrinfo);
}

MHD_Result Reply(MHD_Connection* connection, const HttpPage& page) {
  // The library keeps a copy, and does not write to what it copies.
  MHD_Response* const response = MHD_create_response_from_buffer(
      page.body.size(), const_cast<char*>(page.body.data()), MHD_RESPMEM_MUST_COPY);
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, page.type.c_str());
  MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
  if (page.status == MHD_HTTP_METHOD_NOT_ALLOWED) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
  }
  const MHD_Result queued =
      MHD_queue_response(connection, static_cast<unsigned int>(page.status), response);
  MHD_destroy_response(response);
  return queued;
}

// Called by the library: first when the headers are there, then again for each part of a body, and
// at last to be answered.
MHD_Result OnRequest(void* serve, MHD_Connection* connection, const char* path, const char* method,
                     const char* /*version*/, const char* /*body*/, std::size_t* /*body_size*/,
                     void** state) {
  const bool reads = std::strcmp(method, MHD_HTTP_METHOD_GET) == 0 ||
                     std::strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
  if (!reads) {
    return Reply(connection, {.status = MHD_HTTP_METHOD_NOT_ALLOWED, .body = "only GET\n"});
  }
  if (*state == nullptr) {
    *state = serve;
    return MHD_YES;
  }
  return Reply(connection, (*static_cast<const HttpListener::Serve*>(serve))(path));
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpListener>> HttpListener::Start(const std::string& address,
                                                                  Serve serve) {
  const Addresses resolved = Resolve(address);
  if (resolved == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("cannot listen on ", address, ": no such host"));
  }
  const bool ipv6 = resolved->ai_family == AF_INET6;
  auto listener = std::unique_ptr<HttpListener>(new HttpListener(std::move(serve)));
  listener->daemon_ = MHD_start_daemon(
      MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | (ipv6 ? MHD_USE_IPv6 : 0),
      /*port=*/0, nullptr, nullptr, &OnRequest, const_cast<Serve*>(&listener->serve_),
      MHD_OPTION_SOCK_ADDR, resolved->ai_addr, MHD_OPTION_CONNECTION_LIMIT, kMaxConnections,
      MHD_OPTION_CONNECTION_TIMEOUT, kMaxIdleSeconds, MHD_OPTION_END);
  if (listener->daemon_ == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot listen on ", address, ": is the port taken?"));
  }
  const MHD_DaemonInfo* const info =
      MHD_get_daemon_info(listener->daemon_, MHD_DAEMON_INFO_BIND_PORT);
  listener->address_ = absl::StrCat(address.substr(0, address.rfind(':')), ":", info->port);
  return listener;
}

HttpListener::~HttpListener() {
  if (daemon_ != nullptr) MHD_stop_daemon(daemon_);
}

}  // namespace gather::server
