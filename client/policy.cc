#include "gather/policy.h"

namespace gather {

v1::Policy Policy::ToProto() const {
  v1::Policy policy;
  policy.set_mode(mode_);
  return policy;
}

Policy FailFast() { return Policy(v1::MODE_FAIL_FAST); }

Policy Collect() { return Policy(v1::MODE_COLLECT); }

}  // namespace gather
