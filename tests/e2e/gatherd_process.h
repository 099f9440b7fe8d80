#ifndef GATHER_TESTS_E2E_GATHERD_PROCESS_H_
#define GATHER_TESTS_E2E_GATHERD_PROCESS_H_

#include <sys/types.h>

#include <condition_variable>
#include <cstddef>
#include <cstdio>
#include <mutex>
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

  // The same of its admin listener, if it was given --admin: blocks until it has said so.
  std::string AdminAddress();

  pid_t pid() const { return pid_; }

  // SIGTERM: it drains, and ends when it has.
  void Drain();

  // Ends it without warning.
  void Kill();

  // The lines that it logged about that event; blocks until there are so many, and gives fewer when
  // that does not come about in 10 s.
  std::vector<std::string> WaitForEvents(const std::string& event, std::size_t count);

  // The same of lines that hold `text`.
  std::vector<std::string> WaitForLines(const std::string& text, std::size_t count);

  // While there is one, nobody reads its log.
  std::unique_lock<std::mutex> StopReading() { return std::unique_lock(mutex_); }

 private:
  void ReadLog(std::FILE* log);

  pid_t pid_ = -1;
  std::string address_;
  std::mutex mutex_;
  std::condition_variable line_came_;
  std::vector<std::string> lines_;  // since it was ready
  std::thread log_reader_;          // hands its standard error on to ours
};

}  // namespace gather::test

#endif  // GATHER_TESTS_E2E_GATHERD_PROCESS_H_
