#ifndef GATHER_CLIENT_SETTLED_H_
#define GATHER_CLIENT_SETTLED_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gather/gather_answer.h"
#include "gather/outcome.h"
#include "gather/reply.h"
#include "gather/summary.h"

namespace gather {

// What GatherSettled gives for calls of different types: one Outcome for each, in order, and how
// the gather as a whole went. Opens up like a tuple of the outcomes:
//
//   auto [user, posts] = gather::GatherSettled(client, user_call, posts_call);
//
// Where the gather itself was refused, cancelled or lost, status() says why and every outcome says
// it, too: REJECTED and NEVER_SENT for a refusal; CANCELLED (NOT_STARTED, if it was before the
// start) with cause CALLER for a cancellation; CANCELLED with GATHER_DEADLINE where not even the
// answer came in time; DETACHED where the answer is not to be had here (see Future); else FAILED by
// the TRANSPORT. Unless it is sure that nothing was sent, such
// an outcome's delivery is EFFECT_UNKNOWN.
//
// A plain value.
template <ReplyType... Replies>
class SettledTuple {
 public:
  using Outcomes = std::tuple<Outcome<Replies>...>;

  SettledTuple(Outcomes outcomes, absl::Status status, Summary summary)
      : outcomes_(std::move(outcomes)), status_(std::move(status)), summary_(std::move(summary)) {}

  // The gather's own status: OK when its policy is satisfied, which in Collect() it is however
  // many sub-calls failed. Else as Gather's.
  const absl::Status& status() const { return status_; }
  const Summary& summary() const { return summary_; }

  const Outcomes& outcomes() const& { return outcomes_; }
  Outcomes&& outcomes() && { return std::move(outcomes_); }

  template <std::size_t kIndex>
  const auto& get() const& {
    return std::get<kIndex>(outcomes_);
  }
  template <std::size_t kIndex>
  auto& get() & {
    return std::get<kIndex>(outcomes_);
  }
  template <std::size_t kIndex>
  auto&& get() && {
    return std::get<kIndex>(std::move(outcomes_));
  }

 private:
  Outcomes outcomes_;
  absl::Status status_;
  Summary summary_;
};

// The same for any number of calls of one type; a range of the outcomes in the order of the calls.
//
//   for (const gather::Outcome<Ad>& ad : gather::GatherSettled(client, calls).outcomes()) …
template <ReplyType Reply>
class SettledVector {
 public:
  using Outcomes = std::vector<Outcome<Reply>>;

  SettledVector(Outcomes outcomes, absl::Status status, Summary summary)
      : outcomes_(std::move(outcomes)), status_(std::move(status)), summary_(std::move(summary)) {}

  const absl::Status& status() const { return status_; }
  const Summary& summary() const { return summary_; }

  const Outcomes& outcomes() const& { return outcomes_; }
  Outcomes outcomes() && { return std::move(outcomes_); }

  std::size_t size() const { return outcomes_.size(); }
  bool empty() const { return outcomes_.empty(); }
  const Outcome<Reply>& operator[](std::size_t index) const { return outcomes_[index]; }
  Outcome<Reply>& operator[](std::size_t index) { return outcomes_[index]; }
  auto begin() const { return outcomes_.begin(); }
  auto end() const { return outcomes_.end(); }
  auto begin() { return outcomes_.begin(); }
  auto end() { return outcomes_.end(); }

 private:
  Outcomes outcomes_;
  absl::Status status_;
  Summary summary_;
};

}  // namespace gather

// What structured bindings ask for.
template <typename... Replies>
struct std::tuple_size<gather::SettledTuple<Replies...>>
    : std::integral_constant<std::size_t, sizeof...(Replies)> {};

template <std::size_t kIndex, typename... Replies>
struct std::tuple_element<kIndex, gather::SettledTuple<Replies...>>
    : std::tuple_element<kIndex, std::tuple<gather::Outcome<Replies>...>> {};

#endif  // GATHER_CLIENT_SETTLED_H_
