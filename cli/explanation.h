#ifndef GATHER_CLI_EXPLANATION_H_
#define GATHER_CLI_EXPLANATION_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "cli/painter.h"
#include "gather/v1/gather.pb.h"

namespace gather::cli {

// What a sub-call is called in texts, by its index.
using NameOf = std::function<std::string(std::uint32_t index)>;

// "SUCCEEDED", "NOT_STARTED" …
std::string ToString(v1::Disposition disposition);

// "NOT_FOUND", or "CODE_99" for a number that gRPC has no name for.
std::string CodeName(int code);

// The tone of everything that is drawn of such a sub-call.
Tone ToneOf(v1::Disposition disposition);

// How the sub-call ended, in a few words, for a person: `cancelled: call 1 "weather" failed`. Empty
// for one that succeeded without a fallback.
std::string Explain(const v1::Outcome& outcome, const NameOf& name_of);

}  // namespace gather::cli

#endif  // GATHER_CLI_EXPLANATION_H_
