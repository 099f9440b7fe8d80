#ifndef GATHER_CLIENT_OUTCOME_H_
#define GATHER_CLIENT_OUTCOME_H_

#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "gather/outcome_facts.h"
#include "gather/reply.h"

namespace gather {

// What became of one sub-call: its reply, or why there is none, and in both cases the facts around
// it. Can be read as a StatusOr<Reply>:
//
//   auto [user, posts] = gather::GatherSettled(client, user_call, posts_call);
//   if (user.ok()) Show(*user);
//   absl::StatusOr<demo::Posts> as_status_or = posts;
//
// A plain value.
template <ReplyType Reply>
class Outcome : public OutcomeFacts {
 public:
  // `reply` is set exactly when `proto` is SUCCEEDED.
  Outcome(v1::Outcome proto, std::optional<Reply> reply)
      : OutcomeFacts(std::move(proto)), reply_(std::move(reply)) {}

  // The reply. Only when ok(): otherwise the program ends, as with absl::StatusOr.
  const Reply& value() const& {
    CheckOk();
    return *reply_;
  }
  Reply&& value() && {
    CheckOk();
    return *std::move(reply_);
  }
  const Reply& operator*() const& { return value(); }
  Reply&& operator*() && { return std::move(*this).value(); }
  const Reply* operator->() const { return &value(); }

  absl::StatusOr<Reply> AsStatusOr() const& {
    if (!ok()) return status();
    return *reply_;
  }
  absl::StatusOr<Reply> AsStatusOr() && {
    if (!ok()) return status();
    return *std::move(reply_);
  }

  // Reads as a StatusOr, so it becomes one without a word.
  operator absl::StatusOr<Reply>() const& {  // NOLINT(google-explicit-constructor)
    return AsStatusOr();
  }
  operator absl::StatusOr<Reply>() && {  // NOLINT(google-explicit-constructor)
    return std::move(*this).AsStatusOr();
  }

 private:
  std::optional<Reply> reply_;
};

}  // namespace gather

#endif  // GATHER_CLIENT_OUTCOME_H_
