#ifndef GATHER_ENGINE_REPLY_COLLECTOR_H_
#define GATHER_ENGINE_REPLY_COLLECTOR_H_

#include <grpcpp/support/byte_buffer.h>

#include <cstdint>
#include <memory>

#include "engine/attempt.h"
#include "engine/reply_budget.h"
#include "engine/reply_list.h"

namespace gather::engine {

// Collects the messages of one server-streaming attempt, within the bounds of one sub-call and of
// its whole gather. For each message:
//
//   if (!collector.Add(&message)) Cancel();  // reads no more
//   …
//   collector.Finish(&result);               // when the call has ended
//
// What it holds is reserved in the gather's budget, and stays so after Finish() with a success. Not
// thread-safe.
class ReplyCollector {
 public:
  // For a new attempt. `budget` must outlive it; `max_bytes` is what one sub-call may bring.
  void Begin(ReplyBudget* budget, std::uint64_t max_bytes);

  // Takes the next message. False: it is compressed or over a bound; everything was dropped, and
  // the attempt has failed whatever the backend will still say.
  bool Add(grpc::ByteBuffer* message);

  // Nobody will read the messages: drops them, and from now on those that come, uncounted.
  void Discard();

  // Completes what the call ended with: a success holds the messages from now on, a failure drops
  // them; and when Add() had returned false, the failure is that.
  void Finish(AttemptResult* result);

 private:
  enum class Fault { kNone, kCompressed, kTooLarge, kTotalTooLarge, kNoRoom };

  bool Fail(Fault fault);
  void Drop();
  void Explain(AttemptResult* result) const;

  ReplyBudget* budget_ = nullptr;
  std::uint64_t max_bytes_ = 0;
  std::unique_ptr<ReplyList> replies_;  // null before the first message
  std::uint32_t messages_ = 0;
  Fault fault_ = Fault::kNone;
  bool discards_ = false;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_REPLY_COLLECTOR_H_
