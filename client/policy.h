#ifndef GATHER_CLIENT_POLICY_H_
#define GATHER_CLIENT_POLICY_H_

#include "gather/v1/gather.pb.h"

namespace gather {

// When a gather is decided, and what the decision does to the rest. A plain value, made by the
// functions below:
//
//   gather::Options options;
//   options.policy = gather::Collect();
class Policy {
 public:
  v1::Mode mode() const { return mode_; }

  // The wire's form.
  v1::Policy ToProto() const;

  friend bool operator==(const Policy& a, const Policy& b) { return a.mode_ == b.mode_; }

 private:
  explicit Policy(v1::Mode mode) : mode_(mode) {}
  friend Policy FailFast();
  friend Policy Collect();

  v1::Mode mode_;
};

// The first real failure decides: every unfinished sub-call is cancelled and awaited. Without a
// failure, satisfied when all have ended. As asyncio.TaskGroup.
Policy FailFast();

// Failures cancel nobody: satisfied when all have ended, however they did. As asyncio.gather with
// return_exceptions=True.
Policy Collect();

}  // namespace gather

#endif  // GATHER_CLIENT_POLICY_H_
