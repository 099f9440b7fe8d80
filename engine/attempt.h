#ifndef GATHER_ENGINE_ATTEMPT_H_
#define GATHER_ENGINE_ATTEMPT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/async/time.h"
#include "engine/forwarded.h"
#include "engine/payload.h"
#include "engine/reply_budget.h"
#include "engine/reply_list.h"
#include "engine/target.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {

// What one attempt sends, and until when it may run. `method` needs to live only during Start(),
// `metadata` until the attempt is cancelled, detached or has ended, `target`, `forwarded` and
// `budget` until it has ended.
struct AttemptCall {
  const Target* target = nullptr;
  absl::string_view method;
  Payload request;
  const std::vector<const v1::Metadata*>* metadata = nullptr;
  const Forwarded* forwarded = nullptr;  // null: nothing is added
  Time deadline = kNever;
  bool server_streaming = false;
  ReplyBudget* budget = nullptr;  // of a server-streaming one: its messages are reserved there
};

// How an attempt ended. For code 0 `reply` or `replies` hold what came; for others origin and
// delivery say who answered and whether the backend can have seen the call.
struct AttemptResult {
  int code = 0;
  std::string message;
  std::string details;           // the bytes of grpc-status-details-bin
  const char* reason = nullptr;  // of an ErrorInfo that we add: REPLY_TOO_LARGE, BACKEND_PROTOCOL…
  v1::Origin origin = v1::ORIGIN_UNSPECIFIED;
  v1::Delivery delivery = v1::DELIVERY_ANSWERED;
  bool got_message = false;    // a unary one's message came
  std::uint32_t streamed = 0;  // how many messages of a server-streaming one came
  Payload reply;
  std::unique_ptr<ReplyList> replies;  // of a server-streaming one; stays reserved in its budget
  std::vector<std::pair<std::string, std::string>> trailers;
  std::string peer;
};

// Who wants to know that an attempt has ended.
class AttemptObserver {
 public:
  // Exactly once for each attempt, on the worker's thread, never inside Start() or Cancel(). The
  // attempt is gone afterwards.
  virtual void OnAttemptEnd(std::uint32_t slot, AttemptResult result) = 0;

 protected:
  ~AttemptObserver() = default;
};

// One try of a sub-call that is under way. Owned by its Invoker; valid until OnAttemptEnd().
class Attempt {
 public:
  // Asks the backend to stop. The end comes all the same, and may still be a success. Idempotent.
  virtual void Cancel() = 0;

  // It runs on, but what its AttemptCall points to is about to go: it is not sent again.
  virtual void Detach() = 0;

 protected:
  ~Attempt() = default;
};

// Starts attempts. GrpcInvoker does so over gRPC; tests script one. One for each worker, used on
// its thread only.
class Invoker {
 public:
  virtual ~Invoker() = default;

  // `observer` must live until OnAttemptEnd() has been called with `slot`.
  virtual Attempt* Start(AttemptCall call, AttemptObserver* observer, std::uint32_t slot) = 0;

  // No attempt is outstanding or will be started with a target of that `channel_id` any more: what
  // is kept for it may go.
  virtual void Drop(std::size_t /*channel_id*/) {}
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_ATTEMPT_H_
