#ifndef GATHER_CLIENT_EMBEDDED_GATHER_H_
#define GATHER_CLIENT_EMBEDDED_GATHER_H_

#include <memory>
#include <mutex>
#include <optional>

#include "engine/async/worker.h"
#include "engine/caller.h"
#include "engine/engine.h"
#include "engine/gather_run.h"
#include "engine/outcome.h"
#include "engine/refusal.h"
#include "gather/connection.h"
#include "gather/owned_request.h"

namespace gather::internal {

// One gather that a client gives to its own engine: what gatherd's call is to a remote one. Answers
// as that would with AS_RESPONSE.
//
//   posted ──OnTurn──▶ running ──OnAnswer──▶ ended
//          └─cancelled or refused──────────▶ ended
//
// Threads: made on any, Cancel() from any; all else on the worker's.
class EmbeddedGather final : private engine::AnswerSink,
                             public std::enable_shared_from_this<EmbeddedGather> {
 public:
  EmbeddedGather(engine::Worker* worker, engine::Engine* engine, OwnedRequest request,
                 engine::Caller caller, Connection::Done done);

  // Gives the request to the engine.
  void OnTurn();

  // Whether it has answered. On the thread that has the worker's turns.
  bool ended() const { return ended_; }

  // No effect after the end; the worker and the engine may be gone then.
  void Cancel();

 private:
  void OnAnswer(engine::Answer answer) override;
  void CancelOnWorker();
  void End(Connection::Response response);

  engine::Engine* const engine_;
  OwnedRequest request_;
  const std::optional<engine::Refusal> too_large_;
  engine::Caller caller_;  // without an id until it is given to the engine
  Connection::Done done_;
  engine::GatherRun* run_ = nullptr;  // while it runs
  bool cancelled_ = false;
  bool ended_ = false;
  std::shared_ptr<EmbeddedGather> self_;  // while it runs: the engine's hold on its sink

  std::mutex mutex_;
  engine::Worker* worker_;  // null once it has ended
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_EMBEDDED_GATHER_H_
