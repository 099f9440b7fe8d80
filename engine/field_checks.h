#ifndef GATHER_ENGINE_FIELD_CHECKS_H_
#define GATHER_ENGINE_FIELD_CHECKS_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "engine/refusal.h"
#include "google/protobuf/duration.pb.h"

namespace gather::engine {

// A field of a request, as refusals name it: `timeout`, or `calls[3].timeout` when `call` is set.
struct Field {
  absl::string_view name;
  std::optional<std::uint32_t> call;
};

// A refusal because of `field`: its message is the field's path and the `problem`, its metadata the
// path, the call's index and, unless empty, the `limit`.
Refusal Refuse(const Field& field, absl::StatusCode code, absl::string_view reason,
               absl::string_view problem, absl::string_view limit = "");

// The common case: the caller's fault, INVALID_ARGUMENT.
Refusal RefuseArgument(const Field& field, absl::string_view reason, absl::string_view problem,
                       absl::string_view limit = "");

// What is part of the contract but not served yet: UNIMPLEMENTED, NOT_YET.
Refusal RefuseNotYet(const Field& field, absl::string_view missing);

// `text` in double quotes, safe to print: escaped, and cut when it is long.
std::string Quoted(absl::string_view text);

// Whether every byte is printable ASCII, the space included.
bool IsPrintable(absl::string_view text);

// Each checks one value and returns why it is refused, or nothing.
std::optional<Refusal> CheckLabel(absl::string_view label);
std::optional<Refusal> CheckIdText(absl::string_view id, const Field& field);
std::optional<Refusal> CheckMethod(absl::string_view method, const Field& field);

// A timeout as time, at most `max`; `*clamped` is set when it was more, and never reset. Refused
// unless it is a well-formed Duration of more than zero.
std::variant<std::chrono::nanoseconds, Refusal> ReadTimeout(
    const google::protobuf::Duration& timeout, const Field& field, std::chrono::nanoseconds max,
    bool* clamped);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_FIELD_CHECKS_H_
