#include "tests/support/test_backend.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <cstdio>
#include <cstdlib>
#include <future>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace gather::test {
namespace {

constexpr absl::string_view kControlPrefix = "/test.Control/";
constexpr int kAcceptsOutstanding = 64;
constexpr int kMaxMetadataBytes = 256 * 1024;
constexpr int kUnlimited = -1;

bool IsControl(const ReceivedCall& call) { return absl::StartsWith(call.method, kControlPrefix); }

std::unique_ptr<grpc::Server> Serve(const std::string& listen, grpc::AsyncGenericService* service,
                                    std::unique_ptr<grpc::ServerCompletionQueue>* queue,
                                    int* port) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort(listen, grpc::InsecureServerCredentials(), port);
  builder.RegisterAsyncGenericService(service);
  builder.SetMaxReceiveMessageSize(kUnlimited);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  // A call that hangs hangs until its caller gives it up: were gRPC here to end it at the deadline
  // that came with it, it would be chance who did.
  builder.AddChannelArgument(GRPC_ARG_ENABLE_DEADLINE_CHECKS, 0);
  // Two backends must never share a port unnoticed.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  *queue = builder.AddCompletionQueue();
  return builder.BuildAndStart();
}

}  // namespace

TestBackend::TestBackend(Responder responder, const Options& options)
    : ledger_(options.keep_records), responder_(std::move(responder)) {
  int port = 0;
  server_ = Serve(options.listen, &service_, &queue_, &port);
  if (server_ == nullptr || port == 0) {
    std::fprintf(stderr, "test backend: cannot listen on %s\n", options.listen.c_str());
    std::abort();
  }
  address_ = absl::StrCat(options.listen.substr(0, options.listen.rfind(':')), ":", port);
  for (int i = 0; i < kAcceptsOutstanding; ++i) AcceptOne();
  thread_ = std::thread([this] { Run(); });
}

TestBackend::~TestBackend() {
  // No call starts an operation once `stopping_` is seen, so that the queue can be shut.
  Post([this] { stopping_ = true; });
  server_->Shutdown(std::chrono::system_clock::now());
  Post([this] { queue_->Shutdown(); });
  thread_.join();
}

void TestBackend::SetResponder(Responder responder) {
  const std::lock_guard<std::mutex> lock(mu_);
  responder_ = std::move(responder);
}

void TestBackend::Hold(const std::string& method) {
  if (std::this_thread::get_id() == thread_.get_id()) {
    held_methods_.insert(method);
    return;
  }
  std::promise<void> done;
  Post([&] {
    held_methods_.insert(method);
    done.set_value();
  });
  done.get_future().wait();
}

void TestBackend::Release(const std::string& method) {
  Post([this, method] {
    held_methods_.erase(method);
    ReleaseIf([&](const ReceivedCall& call) { return call.method == method; });
  });
}

void TestBackend::ReleaseCall(size_t arrival) {
  Post([this, arrival] {
    ReleaseIf([&](const ReceivedCall& call) { return call.arrival == arrival; });
  });
}

bool TestBackend::WaitForCalls(size_t count, std::chrono::milliseconds timeout) {
  return ledger_.Wait([=](const CallCounts& counts) { return counts.calls >= count; }, timeout);
}

bool TestBackend::WaitForEnds(size_t count, std::chrono::milliseconds timeout) {
  return ledger_.Wait(
      [=](const CallCounts& counts) { return counts.calls - counts.in_flight >= count; }, timeout);
}

bool TestBackend::WaitForHeld(size_t count, std::chrono::milliseconds timeout) {
  return ledger_.Wait([=](const CallCounts& counts) { return counts.held >= count; }, timeout);
}

bool TestBackend::WaitForCancels(size_t count, std::chrono::milliseconds timeout) {
  return ledger_.Wait([=](const CallCounts& counts) { return counts.cancelled >= count; }, timeout);
}

bool TestBackend::WaitForIdle(std::chrono::milliseconds timeout) {
  return ledger_.Wait([](const CallCounts& counts) { return counts.in_flight == 0; }, timeout);
}

void TestBackend::Errand::Post(grpc::CompletionQueue* queue) {
  alarm_.Set(queue, std::chrono::system_clock::now(), static_cast<BackendEvent*>(this));
}

void TestBackend::Errand::OnEvent(bool) {
  backend_->TakeAction()();
  const std::lock_guard<std::mutex> lock(backend_->mu_);
  backend_->errands_.erase(this);
}

void TestBackend::OnAccepted() {
  if (!stopping_) AcceptOne();
}

void TestBackend::OnRequest(BackendCall* call) {
  if (IsControl(call->received())) {
    Answer(call);
    return;
  }
  ledger_.Arrived(&call->received());
  if (held_methods_.count(call->received().method) == 0) {
    Answer(call);
    return;
  }
  held_.push_back(call);
  ledger_.Held();
}

void TestBackend::OnCancelled(BackendCall* call) {
  if (IsControl(call->received())) return;
  if (std::erase(held_, call) > 0) ledger_.Released();
  ledger_.Cancelled(call->received().arrival);
}

void TestBackend::OnEnded(BackendCall* call) {
  if (call->has_request() && !IsControl(call->received())) {
    ledger_.Ended(call->received().arrival);
  }
  calls_.erase(call);
}

void TestBackend::Run() {
  void* tag = nullptr;
  bool ok = false;
  while (queue_->Next(&tag, &ok)) static_cast<BackendEvent*>(tag)->OnEvent(ok);
}

void TestBackend::Post(std::function<void()> action) {
  auto errand = std::make_unique<Errand>(this);
  Errand* const posted = errand.get();
  const std::lock_guard<std::mutex> lock(mu_);
  actions_.push_back(std::move(action));
  errands_.emplace(posted, std::move(errand));
  posted->Post(queue_.get());
}

std::function<void()> TestBackend::TakeAction() {
  const std::lock_guard<std::mutex> lock(mu_);
  std::function<void()> action = std::move(actions_.front());
  actions_.pop_front();
  return action;
}

void TestBackend::AcceptOne() {
  BackendCall::Owner* const owner = this;
  auto call = std::make_unique<BackendCall>(owner, queue_.get());
  BackendCall* const accepting = call.get();
  calls_.emplace(accepting, std::move(call));
  accepting->Accept(&service_);
}

void TestBackend::Answer(BackendCall* call) {
  Responder responder;
  {
    const std::lock_guard<std::mutex> lock(mu_);
    responder = responder_;
  }
  call->Answer(responder(call->received()));
}

void TestBackend::ReleaseIf(const std::function<bool(const ReceivedCall&)>& matches) {
  std::vector<BackendCall*> released;
  std::erase_if(held_, [&](BackendCall* call) {
    const bool matched = matches(call->received());
    if (matched) released.push_back(call);
    return matched;
  });
  for (BackendCall* call : released) {
    ledger_.Released();
    Answer(call);
  }
}

}  // namespace gather::test
