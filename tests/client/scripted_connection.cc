#include "tests/client/scripted_connection.h"

#include <latch>
#include <utility>

#include "absl/status/status.h"

namespace gather::test {

struct ScriptedConnection::Script {
  std::mutex mutex;
  std::condition_variable work_came;
  std::deque<absl::AnyInvocable<void()>> work;
  std::vector<Gather> gathers;
  Responder responder;
  bool ending = false;

  // All under the mutex.
  void Post(absl::AnyInvocable<void()> piece) {
    work.push_back(std::move(piece));
    work_came.notify_all();
  }
  void Answer(std::size_t index, Response response) {
    Done done = std::exchange(gathers[index].done, nullptr);
    if (done == nullptr) return;
    Post([done = std::move(done), response = std::move(response)]() mutable {
      done(std::move(response));
    });
  }
};

class ScriptedConnection::Handle final : public PendingGather {
 public:
  Handle(std::shared_ptr<Script> script, std::size_t index)
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

ScriptedConnection::ScriptedConnection()
    : script_(std::make_shared<Script>()), worker_([this] { Work(); }) {}

ScriptedConnection::~ScriptedConnection() {
  {
    const std::lock_guard lock(script_->mutex);
    for (std::size_t i = 0; i < script_->gathers.size(); ++i) {
      script_->Answer(i, absl::CancelledError("the connection ended"));
    }
    script_->ending = true;
    script_->work_came.notify_all();
  }
  worker_.join();
}

void ScriptedConnection::AnswerWith(Responder responder) {
  const std::lock_guard lock(script_->mutex);
  script_->responder = std::move(responder);
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

void ScriptedConnection::Settle() {
  std::latch settled(1);
  RunOnWorker([&settled] { settled.count_down(); });
  settled.wait();
}

std::unique_ptr<PendingGather> ScriptedConnection::StartGather(v1::GatherRequest request,
                                                               const GatherContext& context,
                                                               Done done) {
  const std::lock_guard lock(script_->mutex);
  const std::size_t index = script_->gathers.size();
  script_->gathers.push_back({std::move(request), context, std::move(done), 0});
  if (script_->responder != nullptr) {
    script_->Answer(index, script_->responder(script_->gathers[index].request));
  }
  return std::make_unique<Handle>(script_, index);
}

void ScriptedConnection::RunOnWorker(absl::AnyInvocable<void()> work) {
  const std::lock_guard lock(script_->mutex);
  script_->Post(std::move(work));
}

bool ScriptedConnection::OnWorkerThread() const {
  return std::this_thread::get_id() == worker_.get_id();
}

void ScriptedConnection::Work() {
  std::unique_lock lock(script_->mutex);
  while (true) {
    script_->work_came.wait(lock, [this] { return !script_->work.empty() || script_->ending; });
    if (script_->work.empty()) return;
    absl::AnyInvocable<void()> piece = std::move(script_->work.front());
    script_->work.pop_front();
    lock.unlock();
    piece();
    piece = nullptr;
    lock.lock();
  }
}

}  // namespace gather::test
