#ifndef GATHER_ENGINE_ENDING_H_
#define GATHER_ENGINE_ENDING_H_

#include <grpcpp/support/slice.h>

#include <cstdint>

#include "absl/strings/string_view.h"
#include "engine/attempt.h"
#include "engine/gather_state.h"
#include "engine/outcome.h"
#include "engine/refusal.h"

namespace gather::engine {

// What is written into a slot for each way in which a sub-call can end: the table "What a slot
// holds" of the wire contract, a function per row. Timing is filled in by the run.

// The backend's reply or replies. Takes the result's payload and trailers.
Outcome Succeeded(AttemptResult* result);

// A failure by the backend or the transport, or by us after sending (`result->reason`).
Outcome Failed(AttemptResult* result);

// A reply that came after the replies of the whole gather had reached `limit` bytes.
Outcome TotalReplyTooLarge(AttemptResult* result, std::uint64_t limit);

// Sent, and its own timeout ended it.
Outcome OwnDeadline(const AttemptResult& result);

// Not sent, since its own timeout passed while it waited for a permit.
Outcome OwnDeadlineInQueue();

// Not sent, since its own timeout leaves it less time than calls to `target` usually take.
Outcome TooLateToStart(absl::string_view target);

// Refused before sending.
Outcome Rejected(const Refusal& refusal);

// Stopped by the gather, after having been sent or before.
Outcome Stopped(const GatherState::StopReason& reason, bool sent);

// Still running when the gather is answered.
Outcome Detached();

// Neither sent nor refused: what validate_only answers.
Outcome Validated();

// If `outcome` is a failure that `fallback` stands in for, makes it a success with `bytes`, which
// are the fallback's, those of a server-streaming sub-call as its only message, and returns true;
// the replaced failure stays readable.
bool ApplyFallback(const v1::Fallback& fallback, const grpc::Slice& bytes, bool server_streaming,
                   Outcome* outcome);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_ENDING_H_
