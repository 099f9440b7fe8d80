#ifndef GATHER_SERVER_SPAN_LOG_H_
#define GATHER_SERVER_SPAN_LOG_H_

#include <cstdint>

#include "engine/async/time.h"
#include "engine/outcome.h"
#include "engine/planned_call.h"
#include "engine/run_settings.h"

namespace gather::server {

// Writes the spans of gathers whose trace is sampled, one line each, event `span`: the gather's
// when it is answered, and each sub-call's and its attempt's when it has ended. The ids are those
// that backends were sent in `traceparent`, so that what they report finds its place. No payloads.
//
//   span trace_id=4bf9… span_id=53ce… parent_span_id=00f0… kind=sub_call name="users
//   /demo.Users/Get" start=2026-01-31T12:00:00.123456789Z seconds=0.0123 …
class SpanLog {
 public:
  // Of a gather whose outcomes are streamed.
  void OnOutcome(const engine::RunSettings& gather, std::uint32_t index,
                 const engine::PlannedCall& call, const engine::Outcome& outcome, engine::Time now);

  void OnAnswer(const engine::RunSettings& gather, const engine::Answer& answer, engine::Time now);
};

}  // namespace gather::server

#endif  // GATHER_SERVER_SPAN_LOG_H_
