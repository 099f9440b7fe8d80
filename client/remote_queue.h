#ifndef GATHER_CLIENT_REMOTE_QUEUE_H_
#define GATHER_CLIENT_REMOTE_QUEUE_H_

#include <grpcpp/completion_queue.h>

#include <thread>

namespace gather::internal {

// One operation on the queue; the only kind of tag. A member of what it serves, which outlives the
// completion: OnDone() runs exactly once for each start, on the queue's thread.
class Completion {
 public:
  // `ok` false: the operation did not come to pass; an ordinary event.
  virtual void OnDone(bool ok) = 0;

 protected:
  ~Completion() = default;
};

// Delivers a completion to one method of its owner:
//
//   MemberCompletion<RemoteGather, &RemoteGather::OnFinished> finished_{this};
template <typename Owner, void (Owner::*kMethod)(bool ok)>
class MemberCompletion final : public Completion {
 public:
  explicit MemberCompletion(Owner* owner) : owner_(owner) {}
  MemberCompletion(const MemberCompletion&) = delete;
  MemberCompletion& operator=(const MemberCompletion&) = delete;

  void OnDone(bool ok) override { (owner_->*kMethod)(ok); }

 private:
  Owner* const owner_;
};

// A completion queue and the one thread that waits on it.
//
// Destruction: when nothing is outstanding and nothing can start an operation any more; not on the
// thread itself.
class RemoteQueue {
 public:
  RemoteQueue() : thread_([this] { Work(); }) {}
  ~RemoteQueue();
  RemoteQueue(const RemoteQueue&) = delete;
  RemoteQueue& operator=(const RemoteQueue&) = delete;

  // For operations whose tag is a Completion*.
  grpc::CompletionQueue* get() { return &queue_; }

  bool OnThread() const { return std::this_thread::get_id() == thread_.get_id(); }

 private:
  void Work();

  grpc::CompletionQueue queue_;
  std::thread thread_;  // the last member: it uses the other
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_REMOTE_QUEUE_H_
