#include "tests/support/scripted_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace gather::test {
namespace {

constexpr int kBacklog = 1024;

void CheckSystemCall(int result, const char* what) {
  if (result >= 0) return;
  std::perror(what);
  std::abort();
}

int BindLoopback() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CheckSystemCall(fd, "socket");
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CheckSystemCall(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), "bind");
  return fd;
}

int ListenOnLoopback() {
  const int fd = BindLoopback();
  CheckSystemCall(listen(fd, kBacklog), "listen");
  return fd;
}

std::string LoopbackAddress(int fd) {
  sockaddr_in address = {};
  socklen_t size = sizeof(address);
  CheckSystemCall(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  return absl::StrCat("127.0.0.1:", ntohs(address.sin_port));
}

}  // namespace

ScriptedSocket::ScriptedSocket(std::vector<Script> scripts)
    : scripts_(std::move(scripts)), listener_(ListenOnLoopback()) {
  acceptor_ = std::thread([this] { AcceptUntilStopped(); });
}

ScriptedSocket::~ScriptedSocket() {
  {
    const std::lock_guard<std::mutex> lock(mu_);
    stopped_ = true;
    for (auto& peer : peers_) peer->Interrupt();
  }
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (auto& player : players_) player.join();
  close(listener_);
}

std::string ScriptedSocket::address() const { return LoopbackAddress(listener_); }

int ScriptedSocket::connections() const {
  const std::lock_guard<std::mutex> lock(mu_);
  return connections_;
}

int ScriptedSocket::streams() const {
  const std::lock_guard<std::mutex> lock(mu_);
  return streams_;
}

bool ScriptedSocket::WaitForConnections(int count, std::chrono::milliseconds timeout) {
  return WaitFor(&connections_, count, timeout);
}

bool ScriptedSocket::WaitForStreams(int count, std::chrono::milliseconds timeout) {
  return WaitFor(&streams_, count, timeout);
}

void ScriptedSocket::AcceptUntilStopped() {
  for (;;) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    auto peer = std::make_unique<ScriptedPeer>(fd, [this] { Count(&streams_); });
    const std::lock_guard<std::mutex> lock(mu_);
    if (stopped_) return;
    const auto turn = std::min<size_t>(connections_, scripts_.size() - 1);
    ++connections_;
    changed_.notify_all();
    players_.emplace_back([&script = scripts_[turn], peer = peer.get()] {
      script(*peer);
      peer->Close();
    });
    peers_.push_back(std::move(peer));
  }
}

void ScriptedSocket::Count(int* counter) {
  const std::lock_guard<std::mutex> lock(mu_);
  ++*counter;
  changed_.notify_all();
}

bool ScriptedSocket::WaitFor(const int* counter, int count, std::chrono::milliseconds timeout) {
  std::unique_lock<std::mutex> lock(mu_);
  return changed_.wait_for(lock, timeout, [&] { return *counter >= count; });
}

DeafPort::DeafPort() : fd_(BindLoopback()) {}

DeafPort::~DeafPort() { close(fd_); }

std::string DeafPort::address() const { return LoopbackAddress(fd_); }

}  // namespace gather::test
