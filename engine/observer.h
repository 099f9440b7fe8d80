#ifndef GATHER_ENGINE_OBSERVER_H_
#define GATHER_ENGINE_OBSERVER_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "engine/async/time.h"
#include "engine/outcome.h"
#include "engine/planned_call.h"
#include "engine/run_settings.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {

// Is told what an engine does, for metrics, traces and logs. It changes nothing. One for each
// worker, on whose thread every method is called; what it is given is there during the call only.
//
// A gather costs one call at its end, in which all its outcomes can be read; one whose outcomes are
// streamed costs one for each of them besides. Requests that are refused as a whole are not told
// here: the door that answers them knows of more of them than the engine does.
class Observer {
 public:
  // A gather was accepted: it will be answered.
  virtual void OnAccepted(const RunSettings& /*gather*/) {}

  // Of a gather whose outcomes are streamed: one of them, at `now`.
  virtual void OnOutcome(const RunSettings& /*gather*/, std::uint32_t /*index*/,
                         const PlannedCall& /*call*/, const Outcome& /*outcome*/, Time /*now*/) {}

  // A gather is about to be answered. `answer.outcomes` holds the outcomes that were not streamed.
  virtual void OnAnswer(const RunSettings& /*gather*/, const Answer& /*answer*/, Time /*now*/) {}

  // An attempt that runs was told to stop.
  virtual void OnCancel(v1::Cause /*cause*/) {}

  // A call to the target waited so long in its connection, which was full, before it could be sent;
  // as the order of calls and ends tells.
  virtual void OnStreamWait(absl::string_view /*target*/, Duration /*waited*/) {}

  // A sub-call failed after its gather had been answered without it.
  virtual void OnDetachedFailure(const DetachedFailure& /*failure*/) {}

 protected:
  ~Observer() = default;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_OBSERVER_H_
