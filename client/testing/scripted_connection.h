#ifndef GATHER_CLIENT_TESTING_SCRIPTED_CONNECTION_H_
#define GATHER_CLIENT_TESTING_SCRIPTED_CONNECTION_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

#include "absl/functional/any_invocable.h"
#include "gather/connection.h"
#include "gather/testing/scripted_stream.h"
#include "gather/v1/gather.pb.h"

namespace gather::testing {

// A connection whose engine is the test: every answer is written by hand, in the wire's form and at
// the moment that the test chooses. Gathers, streams and groups wait until they are answered, each
// kind numbered from 0 in the order of their start. All answers arrive on the one worker thread.
//
//   auto* script = new gather::testing::ScriptedConnection();
//   gather::Client client{std::unique_ptr<gather::Connection>(script)};
//   auto future = gather::AsyncGather(client, call);
//   script->Answer(0, absl::UnavailableError("no server"));
//   EXPECT_TRUE(absl::IsUnavailable(future.Get().status()));
//
// What is cancelled while it waits is answered with CANCELLED, as the real ones are; so is what
// waits when the connection ends. Every method from any thread; functions that a test hands in must
// be safe where they are said to run.
class ScriptedConnection final : public Connection {
 public:
  using Responder = std::function<std::optional<Response>(const v1::GatherRequest&)>;
  using GatherServer =
      std::function<std::optional<Response>(const v1::GatherRequest&, const GatherContext&)>;
  using StreamServer = std::function<void(const std::shared_ptr<ScriptedStream>&)>;
  using GroupServer = std::function<void(const std::shared_ptr<ScriptedGroup>&)>;

  ScriptedConnection();
  ~ScriptedConnection() override;

  // Answers gathers that are started from now on, at once; nullopt leaves one waiting for Answer().
  // `responder` runs on the thread that starts the gather.
  void AnswerWith(Responder responder);

  // The same, where what goes with the gather matters.
  void ServeGathers(GatherServer server);

  // Answers the gather that was started as number `gather`. No effect when it was answered.
  void Answer(std::size_t gather, Response response);

  // Gathers so far, streams and groups apart.
  std::size_t started() const;
  v1::GatherRequest request(std::size_t gather) const;
  GatherContext context(std::size_t gather) const;

  // How many calls of Cancel() that gather has seen.
  int cancels(std::size_t gather) const;

  // Has `server` run for each stream that is started from now on, on the worker thread.
  void ServeStreams(StreamServer server);
  std::size_t streams_started() const;
  std::shared_ptr<ScriptedStream> stream(std::size_t index) const;

  // Has `server` run for each group that is opened from now on, on the worker thread: once after
  // its start and once after everything that the client does with it but pausing and cancelling.
  void ServeGroups(GroupServer server);
  std::size_t groups_started() const;
  std::shared_ptr<ScriptedGroup> group(std::size_t index) const;

  // Returns when all that was asked of the worker so far is done. Not on the worker thread.
  void Settle();

  std::unique_ptr<PendingGather> StartGather(OwnedRequest request, const GatherContext& context,
                                             Done done) override;
  std::unique_ptr<PendingStream> StartStream(OwnedRequest request, const GatherContext& context,
                                             std::shared_ptr<StreamSink> sink) override;
  std::unique_ptr<PendingGroup> StartGroup(v1::Open open, const GatherContext& context,
                                           std::shared_ptr<StreamSink> sink) override;
  void RunOnWorker(absl::AnyInvocable<void()> work) override;
  bool OnWorkerThread() const override;

 private:
  // Shared with the handles, which may outlive the connection.
  struct Script;
  class GatherHandle;
  class StreamHandle;
  class GroupHandle;

  const std::shared_ptr<Script> script_;
};

}  // namespace gather::testing

#endif  // GATHER_CLIENT_TESTING_SCRIPTED_CONNECTION_H_
