#ifndef GATHER_CLIENT_EMBEDDED_STREAM_H_
#define GATHER_CLIENT_EMBEDDED_STREAM_H_

#include <memory>
#include <optional>

#include "engine/async/worker.h"
#include "engine/caller.h"
#include "engine/engine.h"
#include "engine/gather_run.h"
#include "engine/refusal.h"
#include "gather/connection.h"
#include "gather/owned_request.h"
#include "gather/streamed_run.h"

namespace gather::internal {

// One streamed gather, AsCompleted, that a client gives to its own engine. Threads: see
// StreamedRun.
class EmbeddedStream final : public StreamedRun {
 public:
  EmbeddedStream(engine::Worker* worker, engine::Engine* engine, OwnedRequest request,
                 engine::Caller caller, std::shared_ptr<StreamSink> sink);

 private:
  Started StartRun(engine::Engine* engine, const engine::Caller& caller,
                   engine::AnswerSink* sink) override;

  OwnedRequest request_;
  const std::optional<engine::Refusal> too_large_;
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_EMBEDDED_STREAM_H_
