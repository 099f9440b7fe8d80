#ifndef GATHER_TESTS_CLIENT_SCRIPTED_CONNECTION_H_
#define GATHER_TESTS_CLIENT_SCRIPTED_CONNECTION_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "gather/connection.h"
#include "gather/v1/gather.pb.h"

namespace gather::test {

// A connection whose answers the test writes. Gathers wait for Answer(), or are answered at once by
// what AnswerWith() was given; both on the one worker thread. A cancelled gather that waits is
// answered with CANCELLED, as the real ones are.
class ScriptedConnection final : public Connection {
 public:
  using Responder = std::function<Response(const v1::GatherRequest&)>;

  ScriptedConnection();
  ~ScriptedConnection() override;

  // For gathers that are started from now on.
  void AnswerWith(Responder responder);

  // Answers the gather that was started as number `gather`.
  void Answer(std::size_t gather, Response response);

  // What was started so far.
  std::size_t started() const;
  v1::GatherRequest request(std::size_t gather) const;
  GatherContext context(std::size_t gather) const;

  // How many calls of Cancel() that gather has seen.
  int cancels(std::size_t gather) const;

  // Returns when all that was asked of the worker so far is done.
  void Settle();

  std::unique_ptr<PendingGather> StartGather(v1::GatherRequest request,
                                             const GatherContext& context, Done done) override;
  void RunOnWorker(absl::AnyInvocable<void()> work) override;
  bool OnWorkerThread() const override;

 private:
  // Shared with the handles, which may outlive the connection.
  struct Gather {
    v1::GatherRequest request;
    GatherContext context;
    Done done;
    int cancels = 0;
  };
  struct Script;
  class Handle;

  void Work();

  const std::shared_ptr<Script> script_;
  std::thread worker_;
};

}  // namespace gather::test

#endif  // GATHER_TESTS_CLIENT_SCRIPTED_CONNECTION_H_
