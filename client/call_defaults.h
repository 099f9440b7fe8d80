#ifndef GATHER_CLIENT_CALL_DEFAULTS_H_
#define GATHER_CLIENT_CALL_DEFAULTS_H_

#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gather/call_description.h"

namespace gather {

// What holds for every sub-call of a gather that does not say otherwise.
//
//   options.defaults.Timeout(absl::Milliseconds(50)).Metadata("x-tenant", "blue");
//
// A plain value; wrong values are answered as those of a Call are.
class CallDefaults {
 public:
  // As Call::Timeout; a call's own stands instead.
  CallDefaults& Timeout(absl::Duration timeout) & {
    return description_.SetTimeout(timeout), *this;
  }
  CallDefaults&& Timeout(absl::Duration timeout) && { return std::move(this->Timeout(timeout)); }

  // As Call::Metadata; comes before a call's own entries, and not at all where the call names the
  // same key.
  CallDefaults& Metadata(absl::string_view key, absl::string_view value) & {
    return description_.AddMetadata(key, value), *this;
  }
  CallDefaults&& Metadata(absl::string_view key, absl::string_view value) && {
    return std::move(this->Metadata(key, value));
  }

  // As Call::Idempotent.
  CallDefaults& Idempotent(bool idempotent = true) & {
    return description_.SetIdempotent(idempotent), *this;
  }
  CallDefaults&& Idempotent(bool idempotent = true) && {
    return std::move(this->Idempotent(idempotent));
  }

  const internal::CallDescription& description() const { return description_; }

 private:
  internal::CallDescription description_;
};

}  // namespace gather

#endif  // GATHER_CLIENT_CALL_DEFAULTS_H_
