#ifndef GATHER_CLIENT_EMBEDDED_GROUP_H_
#define GATHER_CLIENT_EMBEDDED_GROUP_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/async/worker.h"
#include "engine/caller.h"
#include "engine/engine.h"
#include "engine/gather_run.h"
#include "engine/refusal.h"
#include "gather/connection.h"
#include "gather/streamed_run.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

// One group that a client gives to its own engine. Takes the messages that it would send to a
// server, `open` apart, and does with them what gatherd does.
//
//   running ──join──▶ joining        (and StreamedRun's)
//
// Threads: see StreamedRun; Send() from any.
class EmbeddedGroup final : public StreamedRun {
 public:
  EmbeddedGroup(engine::Worker* worker, engine::Engine* engine, v1::Open open,
                engine::Caller caller, std::shared_ptr<StreamSink> sink);

  // Does what `message` says. An `add` after a `join` has no effect.
  void Send(v1::TaskGroupRequest message);

 private:
  Started StartRun(engine::Engine* engine, const engine::Caller& caller,
                   engine::AnswerSink* sink) override;
  void OnRunning(const std::string& gather_id, StreamSink* sink) override;

  std::optional<engine::Refusal> CheckBytes(const v1::TaskGroupRequest& message) const;
  void Obey(v1::TaskGroupRequest* message, engine::GatherRun* run);
  void BreakIf(std::optional<engine::Refusal> refusal);

  const std::uint64_t max_request_bytes_;
  v1::TaskGroupRequest open_;
  const std::optional<engine::Refusal> too_large_;
  bool joining_ = false;
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_EMBEDDED_GROUP_H_
