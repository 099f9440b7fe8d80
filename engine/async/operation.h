#ifndef GATHER_ENGINE_ASYNC_OPERATION_H_
#define GATHER_ENGINE_ASYNC_OPERATION_H_

namespace gather::engine {

// One outstanding asynchronous operation; the only thing that is ever a completion queue's tag.
//
// An operation is a member of what it serves and must outlive its completion. Its owner starts it,
// then OnDone() runs exactly once, on the worker's thread. `ok == false` is an ordinary event: the
// operation did not come to pass. Afterwards it may be started again.
class Operation {
 public:
  virtual void OnDone(bool ok) = 0;

 protected:
  ~Operation() = default;
};

// Delivers an operation's completion to one method of its owner:
//
//   class Call {
//     void OnFinished(bool ok);
//     MemberOperation<Call, &Call::OnFinished> finished_{this};
//   };
template <typename Owner, void (Owner::*kMethod)(bool ok)>
class MemberOperation final : public Operation {
 public:
  explicit MemberOperation(Owner* owner) : owner_(owner) {}
  MemberOperation(const MemberOperation&) = delete;
  MemberOperation& operator=(const MemberOperation&) = delete;

  void OnDone(bool ok) override { (owner_->*kMethod)(ok); }

 private:
  Owner* const owner_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_ASYNC_OPERATION_H_
