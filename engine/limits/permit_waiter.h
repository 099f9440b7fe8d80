#ifndef GATHER_ENGINE_LIMITS_PERMIT_WAITER_H_
#define GATHER_ENGINE_LIMITS_PERMIT_WAITER_H_

namespace gather::engine {

// Hears that it is worth asking again for what there was not enough of. From any thread, under no
// lock.
class PermitWaiter {
 public:
  virtual ~PermitWaiter() = default;
  virtual void OnPermits() = 0;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_LIMITS_PERMIT_WAITER_H_
