#ifndef GATHER_TESTS_SUPPORT_HTTP_GET_H_
#define GATHER_TESTS_SUPPORT_HTTP_GET_H_

#include <string>

namespace gather::test {

// What a web server answered; status 0: nothing.
struct HttpAnswer {
  int status = 0;
  std::string head;  // status line and headers
  std::string body;
};

// Asks the web server at "127.0.0.1:PORT" for a page, and blocks until it has answered.
HttpAnswer HttpGet(const std::string& address, const std::string& path,
                   const std::string& method = "GET");

}  // namespace gather::test

#endif  // GATHER_TESTS_SUPPORT_HTTP_GET_H_
