#ifndef GATHER_CLIENT_TESTING_SCRIPTED_STREAM_H_
#define GATHER_CLIENT_TESTING_SCRIPTED_STREAM_H_

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "gather/connection.h"
#include "gather/testing/script_worker.h"
#include "gather/v1/gather.pb.h"

namespace gather::testing {

// One streamed gather that a ScriptedConnection was asked for, from the engine's side: what the
// client did so far, and what it is to be told. What it is told arrives on the connection's worker
// thread, in this order, never inside the call; nothing arrives after End().
//
// Made by the connection. From any thread, also after the connection's end.
class ScriptedStream {
 public:
  ScriptedStream(internal::ScriptWorker* worker, v1::GatherRequest request,
                 const GatherContext& context, std::shared_ptr<StreamSink> sink);
  virtual ~ScriptedStream() = default;

  // What was asked for; of a group, empty.
  const v1::GatherRequest& request() const { return request_; }
  const GatherContext& context() const { return context_; }

  // Whether the client asks for no more just now.
  bool paused() const;

  // How many times the client asked for the end. The first ends the stream with CANCELLED.
  int cancels() const;

  // Whether End() was called, by a test, by a cancel or by the connection's end.
  bool ended() const;

  void EmitOutcome(v1::Outcome outcome);
  void EmitSummary(v1::Summary summary);
  void End(absl::Status status);

  // What the connection's handles call.
  void TakePause(bool paused);
  void TakeCancel();

 protected:
  // Has the sink told something, unless the stream has ended.
  void Emit(absl::AnyInvocable<void(StreamSink&)> event);

  // Held for what the client did.
  std::mutex& mutex() const { return mutex_; }

 private:
  void EmitLocked(absl::AnyInvocable<void(StreamSink&)> event);

  internal::ScriptWorker* const worker_;  // used only until the end
  const v1::GatherRequest request_;
  const GatherContext context_;

  mutable std::mutex mutex_;
  std::shared_ptr<StreamSink> sink_;  // null: ended
  bool paused_ = false;
  int cancels_ = 0;
};

// The same for a group.
class ScriptedGroup final : public ScriptedStream {
 public:
  ScriptedGroup(internal::ScriptWorker* worker, v1::Open open, const GatherContext& context,
                std::shared_ptr<StreamSink> sink);

  const v1::Open& open() const { return open_; }

  // What the client sent after opening the group, in order, from its message `first` on: an `add`,
  // a `cancel` or an `end_early` each.
  std::vector<v1::TaskGroupRequest> messages(std::size_t first = 0) const;

  // The sub-calls added so far, in order; each one's place is its index.
  std::vector<v1::SubCall> adds() const;

  // The same without copying all of them: their number, and one of them.
  std::size_t added() const;
  v1::SubCall add(std::size_t index) const;

  // The ids that were withdrawn so far, in order.
  std::vector<std::string> withdrawn() const;

  // Whether the client said that no more sub-calls come.
  bool joined() const;

  // Whether the client asked for an early end.
  bool ended_early() const;

  void EmitOpened(std::string gather_id);

  // What the connection's handles call.
  void TakeAdd(v1::SubCall call);
  void TakeWithdrawal(std::string id);
  void TakeEndEarly();
  void TakeJoin();

 private:
  void Take(v1::TaskGroupRequest message);

  const v1::Open open_;
  std::vector<v1::TaskGroupRequest> messages_;
  std::vector<std::size_t> adds_;  // where they stand among the messages
  bool joined_ = false;
};

}  // namespace gather::testing

#endif  // GATHER_CLIENT_TESTING_SCRIPTED_STREAM_H_
