#ifndef BENCHMARKS_COMPLETION_H_
#define BENCHMARKS_COMPLETION_H_

namespace gather::benchmarks {

// What a completion-queue tag of the benchmark programs points to. The hand-written fan-outs must
// not lean on the engine that they are compared with, so this is theirs alone.
class Completion {
 public:
  // Called once for each operation that was started with this object as its tag, on the thread that
  // drains the queue. `ok` is what the queue reported.
  virtual void OnComplete(bool ok) = 0;

 protected:
  ~Completion() = default;
};

// Hands a tag that came out of a completion queue to the object behind it.
inline void Deliver(void* tag, bool ok) { static_cast<Completion*>(tag)->OnComplete(ok); }

// A completion that is a member of the object it serves and calls one of its methods:
//
//   class Call {
//     void OnFinished(bool ok);
//     MemberCompletion<Call, &Call::OnFinished> finished_{this};
//   };
template <typename Owner, void (Owner::*method)(bool)>
class MemberCompletion final : public Completion {
 public:
  explicit MemberCompletion(Owner* owner) : owner_(owner) {}

  void OnComplete(bool ok) override { (owner_->*method)(ok); }

 private:
  Owner* owner_;
};

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_COMPLETION_H_
