#include "gather/policy.h"

namespace gather {

v1::Policy Policy::ToProto() const {
  v1::Policy policy;
  policy.set_mode(mode_);
  policy.set_min_successes(min_successes_);
  if (max_failures_.has_value()) policy.set_max_failures(*max_failures_);
  return policy;
}

Policy FailFast() { return Policy(v1::MODE_FAIL_FAST); }

Policy Propagate() { return Policy(v1::MODE_PROPAGATE); }

Policy Collect() { return Policy(v1::MODE_COLLECT); }

Policy Collect(std::uint32_t max_failures) {
  Policy policy(v1::MODE_COLLECT);
  policy.max_failures_ = max_failures;
  return policy;
}

Policy Any() { return Policy(v1::MODE_ANY); }

Policy Race() { return Policy(v1::MODE_RACE); }

Policy Quorum(std::uint32_t successes) {
  Policy policy(v1::MODE_QUORUM);
  policy.min_successes_ = successes;
  return policy;
}

}  // namespace gather
