#include "gather/testing/scripted_connection.h"

#include <latch>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gather/testing/script_worker.h"

namespace gather::testing {
namespace {

absl::Status Ended() { return absl::CancelledError("the connection ended"); }

}  // namespace

struct ScriptedConnection::Script {
  struct Gather {
    v1::GatherRequest request;
    GatherContext context;
    Done done;
    int cancels = 0;
  };

  std::mutex mutex;
  internal::ScriptWorker worker;
  bool ended = false;
  std::vector<Gather> gathers;
  std::vector<std::shared_ptr<ScriptedStream>> streams;
  std::vector<std::shared_ptr<ScriptedGroup>> groups;
  GatherServer gather_server;
  StreamServer stream_server;
  GroupServer group_server;

  // Under the mutex.
  void Answer(std::size_t index, Response response) {
    Done done = std::exchange(gathers.at(index).done, nullptr);
    if (done == nullptr) return;
    worker.Post([done = std::move(done), response = std::move(response)]() mutable {
      done(std::move(response));
    });
  }

  void Serve(const std::shared_ptr<ScriptedGroup>& group) {
    const std::lock_guard lock(mutex);
    if (group_server == nullptr || group->ended()) return;
    worker.Post([server = group_server, group] { server(group); });
  }
};

class ScriptedConnection::GatherHandle final : public PendingGather {
 public:
  GatherHandle(std::shared_ptr<Script> script, std::size_t index)
      : script_(std::move(script)), index_(index) {}

  void Cancel() override {
    const std::lock_guard lock(script_->mutex);
    ++script_->gathers[index_].cancels;
    script_->Answer(index_, absl::CancelledError("cancelled"));
  }

 private:
  const std::shared_ptr<Script> script_;
  const std::size_t index_;
};

class ScriptedConnection::StreamHandle final : public PendingStream {
 public:
  explicit StreamHandle(std::shared_ptr<ScriptedStream> stream) : stream_(std::move(stream)) {}

  void Cancel() override { stream_->TakeCancel(); }
  void Pause(bool paused) override { stream_->TakePause(paused); }

 private:
  const std::shared_ptr<ScriptedStream> stream_;
};

class ScriptedConnection::GroupHandle final : public PendingGroup {
 public:
  GroupHandle(std::shared_ptr<Script> script, std::shared_ptr<ScriptedGroup> group)
      : script_(std::move(script)), group_(std::move(group)) {}

  void Cancel() override { group_->TakeCancel(); }
  void Pause(bool paused) override { group_->TakePause(paused); }
  void Add(v1::SubCall call) override {
    group_->TakeAdd(std::move(call));
    script_->Serve(group_);
  }
  void CancelCall(std::string id) override {
    group_->TakeWithdrawal(std::move(id));
    script_->Serve(group_);
  }
  void EndEarly() override {
    group_->TakeEndEarly();
    script_->Serve(group_);
  }
  void Join() override {
    group_->TakeJoin();
    script_->Serve(group_);
  }

 private:
  const std::shared_ptr<Script> script_;
  const std::shared_ptr<ScriptedGroup> group_;
};

ScriptedConnection::ScriptedConnection() : script_(std::make_shared<Script>()) {}

ScriptedConnection::~ScriptedConnection() {
  {
    const std::lock_guard lock(script_->mutex);
    script_->ended = true;
    for (std::size_t i = 0; i < script_->gathers.size(); ++i) script_->Answer(i, Ended());
    for (const auto& stream : script_->streams) stream->End(Ended());
    for (const auto& group : script_->groups) group->End(Ended());
  }
  script_->worker.Finish();
}

void ScriptedConnection::AnswerWith(Responder responder) {
  ServeGathers([responder = std::move(responder)](const v1::GatherRequest& request,
                                                  const GatherContext& /*context*/) {
    return responder(request);
  });
}

void ScriptedConnection::ServeGathers(GatherServer server) {
  const std::lock_guard lock(script_->mutex);
  script_->gather_server = std::move(server);
}

void ScriptedConnection::Answer(std::size_t gather, Response response) {
  const std::lock_guard lock(script_->mutex);
  script_->Answer(gather, std::move(response));
}

std::size_t ScriptedConnection::started() const {
  const std::lock_guard lock(script_->mutex);
  return script_->gathers.size();
}

v1::GatherRequest ScriptedConnection::request(std::size_t gather) const {
  const std::lock_guard lock(script_->mutex);
  return script_->gathers.at(gather).request;
}

GatherContext ScriptedConnection::context(std::size_t gather) const {
  const std::lock_guard lock(script_->mutex);
  return script_->gathers.at(gather).context;
}

int ScriptedConnection::cancels(std::size_t gather) const {
  const std::lock_guard lock(script_->mutex);
  return script_->gathers.at(gather).cancels;
}

void ScriptedConnection::ServeStreams(StreamServer server) {
  const std::lock_guard lock(script_->mutex);
  script_->stream_server = std::move(server);
}

std::size_t ScriptedConnection::streams_started() const {
  const std::lock_guard lock(script_->mutex);
  return script_->streams.size();
}

std::shared_ptr<ScriptedStream> ScriptedConnection::stream(std::size_t index) const {
  const std::lock_guard lock(script_->mutex);
  return script_->streams.at(index);
}

void ScriptedConnection::ServeGroups(GroupServer server) {
  const std::lock_guard lock(script_->mutex);
  script_->group_server = std::move(server);
}

std::size_t ScriptedConnection::groups_started() const {
  const std::lock_guard lock(script_->mutex);
  return script_->groups.size();
}

std::shared_ptr<ScriptedGroup> ScriptedConnection::group(std::size_t index) const {
  const std::lock_guard lock(script_->mutex);
  return script_->groups.at(index);
}

void ScriptedConnection::Settle() {
  std::latch settled(1);
  RunOnWorker([&settled] { settled.count_down(); });
  settled.wait();
}

std::unique_ptr<PendingGather> ScriptedConnection::StartGather(OwnedRequest request,
                                                               const GatherContext& context,
                                                               Done done) {
  GatherServer server;
  {
    const std::lock_guard lock(script_->mutex);
    server = script_->gather_server;
  }
  // Not under the lock: it may ask this connection.
  std::optional<Response> response;
  if (server != nullptr) response = server(*request, context);
  const std::lock_guard lock(script_->mutex);
  const std::size_t index = script_->gathers.size();
  script_->gathers.push_back({std::move(*request), context, std::move(done), 0});
  if (script_->ended) response = Ended();
  if (response.has_value()) script_->Answer(index, *std::move(response));
  return std::make_unique<GatherHandle>(script_, index);
}

std::unique_ptr<PendingStream> ScriptedConnection::StartStream(OwnedRequest request,
                                                               const GatherContext& context,
                                                               std::shared_ptr<StreamSink> sink) {
  const std::lock_guard lock(script_->mutex);
  auto stream = std::make_shared<ScriptedStream>(&script_->worker, std::move(*request), context,
                                                 std::move(sink));
  script_->streams.push_back(stream);
  if (script_->ended) stream->End(Ended());
  if (script_->stream_server != nullptr) {
    script_->worker.Post([server = script_->stream_server, stream] { server(stream); });
  }
  return std::make_unique<StreamHandle>(std::move(stream));
}

std::unique_ptr<PendingGroup> ScriptedConnection::StartGroup(v1::Open open,
                                                             const GatherContext& context,
                                                             std::shared_ptr<StreamSink> sink) {
  std::shared_ptr<ScriptedGroup> group;
  {
    const std::lock_guard lock(script_->mutex);
    group = std::make_shared<ScriptedGroup>(&script_->worker, std::move(open), context,
                                            std::move(sink));
    script_->groups.push_back(group);
    if (script_->ended) group->End(Ended());
  }
  script_->Serve(group);
  return std::make_unique<GroupHandle>(script_, std::move(group));
}

void ScriptedConnection::RunOnWorker(absl::AnyInvocable<void()> work) {
  script_->worker.Post(std::move(work));
}

bool ScriptedConnection::OnWorkerThread() const { return script_->worker.IsThisThread(); }

}  // namespace gather::testing
