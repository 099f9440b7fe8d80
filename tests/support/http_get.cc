#include "tests/support/http_get.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace gather::test {
namespace {

int Connect(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(std::atoi(address.c_str() + colon + 1)));
  inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr);
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(connection, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0) {
    return connection;
  }
  close(connection);
  return -1;
}

}  // namespace

HttpAnswer HttpGet(const std::string& address, const std::string& path, const std::string& method) {
  HttpAnswer answer;
  const int connection = Connect(address);
  if (connection < 0) return answer;
  const std::string request = absl::StrCat(method, " ", path, " HTTP/1.0\r\n\r\n");
  std::string text;
  if (send(connection, request.data(), request.size(), MSG_NOSIGNAL) > 0) {
    char buffer[4096];
    for (ssize_t got = 0; (got = recv(connection, buffer, sizeof buffer, 0)) > 0;) {
      text.append(buffer, static_cast<std::size_t>(got));
    }
  }
  close(connection);
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string::npos || text.rfind("HTTP/1.", 0) != 0) return answer;
  answer.status = std::atoi(text.c_str() + text.find(' '));
  answer.head = text.substr(0, end);
  answer.body = text.substr(end + 4);
  return answer;
}

}  // namespace gather::test
