#ifndef GATHER_CLIENT_STREAMED_RUN_H_
#define GATHER_CLIENT_STREAMED_RUN_H_

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "engine/async/worker.h"
#include "engine/caller.h"
#include "engine/engine.h"
#include "engine/gather_run.h"
#include "engine/outcome.h"
#include "engine/planned_call.h"
#include "engine/refusal.h"
#include "gather/connection.h"

namespace gather::internal {

// What a streamed gather and a group have in common that a client gives to its own engine: what
// gatherd's call is to a remote one. Tells the sink what that would send, with AS_RESPONSE.
//
//   posted ──OnTurn──▶ running ──OnAnswer──▶ ended
//          └─refused───────────────────────▶ ended
//   running ──Break──▶ breaking ──OnAnswer──▶ ended
//
// Threads: made on any; Cancel(), Pause() and Post() from any, without effect after the end, when
// the worker and the engine may be gone; all else on the worker's.
class StreamedRun : private engine::AnswerSink, public std::enable_shared_from_this<StreamedRun> {
 public:
  virtual ~StreamedRun() = default;
  StreamedRun(const StreamedRun&) = delete;
  StreamedRun& operator=(const StreamedRun&) = delete;

  // Gives it to the engine.
  void OnTurn();

  void Cancel();
  void Pause(bool paused);

 protected:
  using Started = std::variant<engine::GatherRun*, engine::Refusal>;

  StreamedRun(engine::Worker* worker, engine::Engine* engine, engine::Caller caller,
              std::shared_ptr<StreamSink> sink);

  virtual Started StartRun(engine::Engine* engine, const engine::Caller& caller,
                           engine::AnswerSink* sink) = 0;

  // The engine took it in.
  virtual void OnRunning(const std::string& /*gather_id*/, StreamSink* /*sink*/) {}

  // Has `step` run on the worker's thread, after those before it, while the run is running.
  void Post(std::function<void(engine::GatherRun*)> step);

  // Ends the run as a protocol error does: it is cancelled, what still comes of it is dropped, and
  // the end is `refusal`.
  void Break(engine::Refusal refusal);

 private:
  void OnOutcome(std::uint32_t index, const engine::PlannedCall& call,
                 engine::Outcome outcome) override;
  void OnAnswer(engine::Answer answer) override;
  void End(absl::Status status);

  engine::Engine* const engine_;
  engine::Caller caller_;  // without an id until it is given to the engine
  std::shared_ptr<StreamSink> sink_;
  engine::GatherRun* run_ = nullptr;        // while it runs
  std::optional<engine::Refusal> refusal_;  // set: breaking
  std::shared_ptr<StreamedRun> self_;       // while it runs: the engine's hold on its sink

  std::mutex mutex_;
  engine::Worker* worker_;  // null once it has ended
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_STREAMED_RUN_H_
