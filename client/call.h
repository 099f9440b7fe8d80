#ifndef GATHER_CLIENT_CALL_H_
#define GATHER_CLIENT_CALL_H_

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gather/call_description.h"
#include "gather/reply.h"
#include "google/protobuf/message_lite.h"

namespace gather {

// A sub-call, described and not started: which method of which target to call, with what, and how
// its failure counts. `Reply` is the reply's message type; std::vector of it for a server-streaming
// method, whose messages are collected until the stream ends; or std::optional of either after
// Optional().
//
//   auto me = gather::Call<demo::User>("users", "/demo.Users/GetUser", request)
//                 .Id("me")
//                 .Timeout(absl::Milliseconds(50));
//
// The request is serialised once, here; the message may change or go afterwards. What is wrong with
// a description (a timeout of zero, a message that cannot be serialised) is kept and answered as
// kInvalidArgument by the gather that it is given to, before anything is sent.
//
// A plain value: copy it to call the same twice, move it where it is used once. Setters return the
// call itself, so that they chain on temporaries and on variables alike. Not for two threads at
// once.
template <ReplyType Reply>
class Call {
 public:
  using Message = internal::MessageOf<Reply>;
  using BareReply = typename internal::ReplyForm<Reply>::BareType;

  // `target` is a name in the server's configuration, never an address; `method` is
  // "/package.Service/Method".
  Call(absl::string_view target, absl::string_view method,
       const google::protobuf::MessageLite& request)
      : description_(target, method, request) {
    if constexpr (internal::ReplyForm<Reply>::kStreaming) description_.SetServerStreaming();
  }

  // Names the sub-call in its outcome and in messages; unique within a gather, at most 128
  // printable bytes. Default: its index in decimal.
  Call& Id(absl::string_view id) & { return description_.SetId(id), *this; }
  Call&& Id(absl::string_view id) && { return std::move(this->Id(id)); }

  // At most this long, from the gather's acceptance, waiting for a permit included. Positive.
  // Default: the gather's own time.
  Call& Timeout(absl::Duration timeout) & { return description_.SetTimeout(timeout), *this; }
  Call&& Timeout(absl::Duration timeout) && { return std::move(this->Timeout(timeout)); }

  // Adds an entry to what the backend receives as request metadata; values of keys that end in
  // "-bin" may be any bytes. A key named here replaces the gather's default entries of that key.
  Call& Metadata(absl::string_view key, absl::string_view value) & {
    return description_.AddMetadata(key, value), *this;
  }
  Call&& Metadata(absl::string_view key, absl::string_view value) && {
    return std::move(this->Metadata(key, value));
  }

  // States that the backend may see the call more than once without harm. Default: not said.
  Call& Idempotent(bool idempotent = true) & {
    return description_.SetIdempotent(idempotent), *this;
  }
  Call&& Idempotent(bool idempotent = true) && { return std::move(this->Idempotent(idempotent)); }

  // Should the sub-call fail with one of `codes` (none given: in any way), it succeeds with `reply`
  // instead (a server-streaming one with that one message); its outcome then says `from_fallback`
  // and keeps the failure.
  template <std::same_as<absl::StatusCode>... Codes>
  Call& Fallback(const Message& reply, Codes... codes) & {
    return description_.SetFallback(reply, {codes...}), *this;
  }
  template <std::same_as<absl::StatusCode>... Codes>
  Call&& Fallback(const Message& reply, Codes... codes) && {
    return std::move(this->Fallback(reply, codes...));
  }

  // Its failure fails the gather in every mode. Undoes Optional()'s effect on the gather, not on
  // the type.
  Call& Required() & { return description_.SetRequirement(v1::REQUIREMENT_REQUIRED), *this; }
  Call&& Required() && { return std::move(this->Required()); }

  // Once started, it outlives the gather's decision, cancel and deadline: the answer does not wait
  // for it, its slot says DETACHED, and it runs on until its own timeout or the engine's bound for
  // such work (60 s), whichever is earlier, both from its start. A failure of its later is logged
  // and counted where the gather runs. While it is queued nothing is different. As asyncio.shield.
  Call& Shielded(bool shielded = true) & { return description_.SetShielded(shielded), *this; }
  Call&& Shielded(bool shielded = true) && { return std::move(this->Shielded(shielded)); }

  // The same call, whose failure never fails the gather and cancels nobody. Gather() gives nullopt
  // for it when it failed; GatherSettled() still tells how.
  Call<std::optional<BareReply>> Optional() const& { return Call(*this).MakeOptional(); }
  Call<std::optional<BareReply>> Optional() && { return MakeOptional(); }

  const internal::CallDescription& description() const& { return description_; }
  internal::CallDescription&& description() && { return std::move(description_); }

 private:
  template <ReplyType>
  friend class Call;

  explicit Call(internal::CallDescription description) : description_(std::move(description)) {}

  Call<std::optional<BareReply>> MakeOptional() {
    description_.SetRequirement(v1::REQUIREMENT_OPTIONAL);
    return Call<std::optional<BareReply>>(std::move(description_));
  }

  internal::CallDescription description_;
};

}  // namespace gather

#endif  // GATHER_CLIENT_CALL_H_
