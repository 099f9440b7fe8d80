#ifndef GATHER_ENGINE_TRACE_CONTEXT_H_
#define GATHER_ENGINE_TRACE_CONTEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

// W3C Trace Context (https://www.w3.org/TR/trace-context/): the trace that a caller's RPC belongs
// to, handed on to what it causes.
namespace gather::engine {

inline constexpr absl::string_view kTraceParentKey = "traceparent";
inline constexpr absl::string_view kTraceStateKey = "tracestate";

// Where in a trace something happens. A plain value.
struct TraceContext {
  std::string trace_id;      // 32 lower-case hexadecimal digits
  std::uint64_t parent = 0;  // the span that caused this one; 0: not known
  std::uint64_t span = 0;    // never 0
  bool sampled = false;
  std::string state;  // the value of `tracestate`; may be empty
};

// What the caller's metadata say, `span` being the caller's; nothing where `traceparent` is not
// exactly one valid value. Of `tracestates`, several of which are one list, what is no valid list
// is dropped, and so are members beyond 32 or 512 characters.
std::optional<TraceContext> ReadTraceContext(const std::vector<absl::string_view>& traceparents,
                                             const std::vector<absl::string_view>& tracestates);

// The value of `traceparent` that says `span` of that trace.
std::string TraceParent(const TraceContext& context, std::uint64_t span);

// A random span id.
std::uint64_t NewSpanId();

// The id of the n-th span that `parent` causes: random as far as `parent` is, and the same whoever
// asks, so that it need not be kept.
std::uint64_t ChildSpanId(std::uint64_t parent, std::uint64_t n);

// 16 hexadecimal digits.
std::string SpanIdText(std::uint64_t span);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_TRACE_CONTEXT_H_
