#ifndef GATHER_ENGINE_JUDGEMENT_H_
#define GATHER_ENGINE_JUDGEMENT_H_

#include "engine/async/time.h"
#include "engine/attempt.h"
#include "engine/gather_state.h"
#include "engine/outcome.h"

namespace gather::engine {

// What is known of a sub-call when its attempt ends.
struct SentCall {
  Time own_deadline = kNever;     // of its own timeout
  Time gather_deadline = kNever;  // kNever for a shielded one: the gather's does not bind it
  GatherState::StopReason stop;   // why it was asked to stop; cause 0: it was not
};

// What an attempt's end makes of its sub-call.
struct Judgement {
  Outcome outcome;
  GatherState::SlotEnd end;
  bool gather_expired = false;  // it was the gather's deadline that ended it
};

// Tells apart who ended a sub-call: the backend, the transport, its own timeout, the gather's
// deadline, or a cancel of ours. What the backend had said before a cancel reached it stands: a
// real status is never replaced by CANCELLED. A DEADLINE_EXCEEDED that comes less than 10 ms before
// a deadline, or after it, belongs to that deadline, whoever said it. Pure; takes what it needs out
// of `result`.
Judgement Judge(const SentCall& call, Time now, AttemptResult* result);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_JUDGEMENT_H_
