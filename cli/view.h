#ifndef GATHER_CLI_VIEW_H_
#define GATHER_CLI_VIEW_H_

#include "absl/time/time.h"
#include "cli/conclusion.h"
#include "gather/v1/gather.pb.h"

namespace gather::cli {

// Shows a gather while it runs. Always called by one thread.
class View {
 public:
  virtual ~View() = default;

  // A sub-call ended, or is accounted for since nothing was heard of it. Once for each at most.
  virtual void OnOutcome(const v1::Outcome& outcome) = 0;

  // Several times a second; the time since the gather was started.
  virtual void OnTick(absl::Duration /*elapsed*/) {}

  // Once, the last call.
  virtual void OnEnd(const Conclusion& conclusion, absl::Duration elapsed) = 0;
};

}  // namespace gather::cli

#endif  // GATHER_CLI_VIEW_H_
