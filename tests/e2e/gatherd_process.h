#ifndef GATHER_TESTS_E2E_GATHERD_PROCESS_H_
#define GATHER_TESTS_E2E_GATHERD_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <thread>
#include <vector>

namespace gather::test {

// The gatherd binary, run as a child process on a free port of the loopback interface. Blocks until
// it is ready; the program ends when it does not get there. The destructor drains it (SIGTERM) and
// waits for its end.
//
//   GatherdProcess gatherd({"--targets=users=127.0.0.1:5001"});
//   Client client = Client::Connect(gatherd.address());
class GatherdProcess {
 public:
  explicit GatherdProcess(const std::vector<std::string>& flags);
  ~GatherdProcess();
  GatherdProcess(const GatherdProcess&) = delete;
  GatherdProcess& operator=(const GatherdProcess&) = delete;

  // "127.0.0.1:PORT".
  const std::string& address() const { return address_; }

  // Ends it without warning.
  void Kill();

 private:
  pid_t pid_ = -1;
  std::string address_;
  std::thread log_reader_;  // hands its standard error on to ours
};

}  // namespace gather::test

#endif  // GATHER_TESTS_E2E_GATHERD_PROCESS_H_
