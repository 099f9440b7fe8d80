#ifndef GATHER_CLIENT_POLICY_H_
#define GATHER_CLIENT_POLICY_H_

#include <cstdint>
#include <optional>

#include "gather/v1/gather.pb.h"

namespace gather {

// When a gather is decided, and what the decision does to the rest. A plain value, made by the
// functions below:
//
//   gather::Options options;
//   options.policy = gather::Quorum(2);
//
// A real failure is a backend's or the transport's, a refusal, or a sub-call's own timeout; a
// fallback turns one into a success. A sub-call that was made Optional() does not count: its
// failure fails nothing, its success satisfies nothing. The failure of a Required() one fails the
// gather under every policy, and cancels the rest.
class Policy {
 public:
  v1::Mode mode() const { return mode_; }

  // Quorum's number of successes; 0 for the others.
  std::uint32_t min_successes() const { return min_successes_; }

  // Collect's bound on failures, where it has one.
  std::optional<std::uint32_t> max_failures() const { return max_failures_; }

  // The wire's form.
  v1::Policy ToProto() const;

  friend bool operator==(const Policy& a, const Policy& b) = default;

 private:
  explicit Policy(v1::Mode mode) : mode_(mode) {}
  friend Policy FailFast();
  friend Policy Propagate();
  friend Policy Collect();
  friend Policy Collect(std::uint32_t max_failures);
  friend Policy Any();
  friend Policy Race();
  friend Policy Quorum(std::uint32_t successes);

  v1::Mode mode_;
  std::uint32_t min_successes_ = 0;
  std::optional<std::uint32_t> max_failures_;
};

// The first real failure decides: every unfinished sub-call is cancelled and awaited. Without a
// failure, satisfied when all have ended. As asyncio.TaskGroup.
Policy FailFast();

// The first real failure decides and is answered at once; sub-calls that have started run on
// (their slots say DETACHED) for 60 s at most, queued ones are dropped. Later failures change
// nothing, and are logged and counted where the gather runs. Without a failure, satisfied when all
// have ended. As asyncio.gather.
Policy Propagate();

// Failures cancel nobody: satisfied when all have ended, however they did. As asyncio.gather with
// return_exceptions=True.
Policy Collect();

// The same, but more than `max_failures` real failures fail the gather and cancel the rest. 0 bears
// none.
Policy Collect(std::uint32_t max_failures);

// The first success decides and the rest is cancelled; fails when all have failed. As Promise.any.
// At least one sub-call must count.
Policy Any();

// The first to end decides, good or bad, and the rest is cancelled. As Promise.race, but that
// leaves nobody running. At least one sub-call must count.
Policy Race();

// So many successes decide and the rest is cancelled; fails as soon as they cannot be reached any
// more. From 1 to the number of sub-calls that count.
Policy Quorum(std::uint32_t successes);

}  // namespace gather

#endif  // GATHER_CLIENT_POLICY_H_
