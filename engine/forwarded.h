#ifndef GATHER_ENGINE_FORWARDED_H_
#define GATHER_ENGINE_FORWARDED_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/target.h"
#include "engine/trace_context.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {

// What a gather's sub-calls tell their backends beside what the request says: never what the caller
// sent with its own RPC, trace context apart.
struct Forwarded {
  std::string hop_path;               // along which the request came here
  std::string principal;              // who asks; empty: unknown
  std::optional<TraceContext> trace;  // `span` is the gather's own
};

// One try of one sub-call.
struct ForwardedCall {
  const Target* target = nullptr;
  absl::string_view method;
  const std::vector<const v1::Metadata*>* metadata = nullptr;  // what the request says
  std::uint64_t slot = 0;
  std::uint64_t attempt = 0;  // from 0
};

// What to add to that try's metadata:
//   traceparent, tracestate   where the caller has a trace and the request names none itself; with
//                             a span of this attempt
//   gather-principal          where the target wants to know
//   gather-path               of calls to gather services
std::vector<std::pair<std::string, std::string>> MetadataToAdd(const Forwarded& forwarded,
                                                               const ForwardedCall& call);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_FORWARDED_H_
