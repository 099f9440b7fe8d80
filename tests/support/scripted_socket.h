#ifndef GATHER_TESTS_SUPPORT_SCRIPTED_SOCKET_H_
#define GATHER_TESTS_SUPPORT_SCRIPTED_SOCKET_H_

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/scripted_peer.h"

namespace gather::test {

// What a backend does on one connection; see socket_scripts.h for the ready-made ones. When the
// script returns, the connection is closed in order.
using Script = std::function<void(ScriptedPeer&)>;

// A listener on a free loopback port that plays a script on every connection, to show how a client
// takes a backend that breaks off, refuses, or speaks nonsense. The n-th connection plays the n-th
// script, later ones the last.
//
// Threads: one for the listener and one per connection, all joined by the destructor, which first
// breaks every connection off. All methods may be called from any thread.
//
// Example (a stream that is refused on the first connection and answered on the second):
//   ScriptedSocket backend({ResetStream(7), Answer("pong")});
//   auto channel = Connect(backend.address());
//   ...
//   EXPECT_EQ(backend.streams(), 2);
class ScriptedSocket {
 public:
  explicit ScriptedSocket(std::vector<Script> scripts);
  explicit ScriptedSocket(Script script) : ScriptedSocket(std::vector<Script>{std::move(script)}) {}
  ~ScriptedSocket();
  ScriptedSocket(const ScriptedSocket&) = delete;
  ScriptedSocket& operator=(const ScriptedSocket&) = delete;

  // "127.0.0.1:PORT".
  std::string address() const;

  // Connections accepted and request streams seen so far.
  int connections() const;
  int streams() const;

  // Waits until that many were seen; false when `timeout` passed before.
  bool WaitForConnections(int count, std::chrono::milliseconds timeout);
  bool WaitForStreams(int count, std::chrono::milliseconds timeout);

 private:
  void AcceptUntilStopped();
  void Count(int* counter);
  bool WaitFor(const int* counter, int count, std::chrono::milliseconds timeout);

  const std::vector<Script> scripts_;
  const int listener_;
  mutable std::mutex mu_;
  std::condition_variable changed_;
  int connections_ = 0;
  int streams_ = 0;
  bool stopped_ = false;
  std::vector<std::unique_ptr<ScriptedPeer>> peers_;
  std::vector<std::thread> players_;
  std::thread acceptor_;
};

// A loopback port that is taken and on which nobody listens: connecting to it is refused.
class DeafPort {
 public:
  DeafPort();
  ~DeafPort();
  DeafPort(const DeafPort&) = delete;
  DeafPort& operator=(const DeafPort&) = delete;

  std::string address() const;

 private:
  const int fd_;
};

}  // namespace gather::test

#endif  // GATHER_TESTS_SUPPORT_SCRIPTED_SOCKET_H_
