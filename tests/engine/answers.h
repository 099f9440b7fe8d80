#ifndef GATHER_TESTS_ENGINE_ANSWERS_H_
#define GATHER_TESTS_ENGINE_ANSWERS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/outcome.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {

// An answer to the request that `text` describes as text format, calls to the target `users`
// allowed. Every sub-call SUCCEEDED, with no payload; no decision yet; gather id `0123`.
Answer MakeAnswer(const std::string& text);

// The same for `calls` sub-calls of /demo.Users/Get in that policy, given as text format.
Answer MakeAnswer(std::size_t calls, const std::string& policy);

// Lets sub-call `index` fail at its backend.
void Fail(Answer* answer, std::uint32_t index, int code, const std::string& message);

// Ends sub-call `index` with that disposition and cause, by the orchestrator.
void Stop(Answer* answer, std::uint32_t index, v1::Disposition disposition, v1::Cause cause);

// Decides the answer by the failure of `index`, whose status the decision takes over.
void DecideFailed(Answer* answer, std::uint32_t index);

// Decides it by no failure.
void Decide(Answer* answer, v1::Verdict verdict, int code);

// The GatherFailure or ErrorInfo in the details of an RPC status; empty when there is none.
v1::GatherFailure GatherFailureIn(const std::string& details);
v1::ErrorInfo ErrorInfoIn(const std::string& details);

}  // namespace gather::engine

#endif  // GATHER_TESTS_ENGINE_ANSWERS_H_
