#ifndef GATHER_TESTS_SUPPORT_TEST_BACKEND_H_
#define GATHER_TESTS_SUPPORT_TEST_BACKEND_H_

#include <grpcpp/alarm.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tests/support/backend_call.h"
#include "tests/support/behavior.h"
#include "tests/support/call_ledger.h"

namespace gather::test {

// A gRPC backend in this process that answers any method with what the test says, writes down what
// it sees, and can hold calls back until the test releases them. Real gRPC on a free loopback port.
// Thousands of calls may be open at once.
//
// Calls to methods that begin with "/test.Control/" are answered but neither counted nor held.
//
// Threads: one of its own; all methods may be called from any thread, but those that wait not from
// the responder, which runs on the backend's thread. The destructor cancels what is open and joins.
//
// Example:
//   TestBackend backend([](const ReceivedCall&) { return Fail(5, "no such user"); });
//   ... send a call to backend.address() ...
//   ASSERT_TRUE(backend.WaitForCalls(1));
//   EXPECT_EQ(backend.records()[0].call.method, "/demo.Users/Get");
class TestBackend final : private BackendCall::Owner {
 public:
  static constexpr std::chrono::milliseconds kPatience{10000};

  struct Options {
    // Where to listen; port 0: any free one. Aborts when the address cannot be had.
    std::string listen = "127.0.0.1:0";
    bool keep_records = true;
  };

  TestBackend() : TestBackend(Echo) {}
  explicit TestBackend(Responder responder) : TestBackend(std::move(responder), Options()) {}
  TestBackend(Responder responder, const Options& options);
  ~TestBackend();
  TestBackend(const TestBackend&) = delete;
  TestBackend& operator=(const TestBackend&) = delete;

  // "127.0.0.1:PORT".
  const std::string& address() const { return address_; }

  // For calls that are answered from now on.
  void SetResponder(Responder responder);

  // Calls of `method` that arrive from now on wait for Release().
  void Hold(const std::string& method);

  // Answers the calls of `method` that are held, oldest first, and stops holding it.
  void Release(const std::string& method);

  // Answers the held call with that place in the order of arrival; the method stays held.
  void ReleaseCall(size_t arrival);

  CallCounts counts() const { return ledger_.counts(); }

  // max_in_flight counts from now on.
  void ForgetPeak() { ledger_.ForgetPeak(); }

  // In order of arrival; empty when records are not kept.
  std::vector<CallRecord> records() const { return ledger_.records(); }

  // Each blocks until as many have been seen in all (or are held, or none is in flight); false when
  // `timeout` passed before. A call has ended when it was answered and the answer is on its way, or
  // when it was cancelled.
  bool WaitForCalls(size_t count, std::chrono::milliseconds timeout = kPatience);
  bool WaitForEnds(size_t count, std::chrono::milliseconds timeout = kPatience);
  bool WaitForHeld(size_t count, std::chrono::milliseconds timeout = kPatience);
  bool WaitForCancels(size_t count, std::chrono::milliseconds timeout = kPatience);
  bool WaitForIdle(std::chrono::milliseconds timeout = kPatience);

 private:
  // Calls the backend's thread, asked for by another thread, to the oldest action.
  class Errand final : public BackendEvent {
   public:
    explicit Errand(TestBackend* backend) : backend_(backend) {}
    void Post(grpc::CompletionQueue* queue);
    void OnEvent(bool ok) override;

   private:
    TestBackend* const backend_;
    grpc::Alarm alarm_;
  };

  void OnAccepted() override;
  bool stopping() const override { return stopping_; }
  void OnRequest(BackendCall* call) override;
  void OnCancelled(BackendCall* call) override;
  void OnEnded(BackendCall* call) override;

  void Run();
  void Post(std::function<void()> action);
  std::function<void()> TakeAction();
  void AcceptOne();
  void Answer(BackendCall* call);
  void ReleaseIf(const std::function<bool(const ReceivedCall&)>& matches);

  std::string address_;
  grpc::AsyncGenericService service_;
  std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::unique_ptr<grpc::Server> server_;
  CallLedger ledger_;

  std::mutex mu_;  // Guards the next three.
  Responder responder_;
  std::deque<std::function<void()>> actions_;  // gRPC's alarms keep no order
  std::unordered_map<Errand*, std::unique_ptr<Errand>> errands_;

  // The backend's thread only.
  bool stopping_ = false;
  std::unordered_map<BackendCall*, std::unique_ptr<BackendCall>> calls_;
  std::set<std::string> held_methods_;
  std::vector<BackendCall*> held_;

  std::thread thread_;
};

}  // namespace gather::test

#endif  // GATHER_TESTS_SUPPORT_TEST_BACKEND_H_
