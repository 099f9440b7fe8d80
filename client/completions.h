#ifndef GATHER_CLIENT_COMPLETIONS_H_
#define GATHER_CLIENT_COMPLETIONS_H_

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "gather/completion.h"
#include "gather/completion_reader.h"
#include "gather/reply.h"
#include "gather/summary.h"

namespace gather {

// The sub-calls of a gather as they end: a range to go over once, each step waiting for the next.
//
//   auto rows = gather::AsCompleted(client, calls);
//   for (auto& [index, outcome] : rows) {
//     if (outcome.ok()) Show(places[index], *outcome);
//   }
//   if (!rows.status().ok()) return rows.status();
//
// Every call has its turn, in the order in which they end: failures, and what the gather cancelled,
// too. Where the gather was refused, cancelled or lost, those that nothing was heard of come last,
// in the order of the calls, and say why as SettledTuple's do.
//
// A reader that is slower than the backends holds at most about 4 MiB of outcomes back; beyond,
// nothing new is started until it reads on, and nothing is dropped.
//
// Destroyed before its end, the range cancels the gather and waits for nothing; the rest is
// awaited where the gather runs. The client must outlive the gather, as with Future.
//
// Movable, which makes its iterators invalid. For one thread at a time, but for Cancel().
template <ReplyType Reply>
class [[nodiscard]] Completions {
 public:
  class Iterator;

  Completions(Completions&&) noexcept = default;
  Completions& operator=(Completions&&) noexcept = default;

  // Waits for the next one to end. A loop that was left can be followed by another one, which goes
  // on where it stopped. On the client's own worker thread (in a continuation without an executor)
  // there is no next one, the gather is cancelled, and status() is kFailedPrecondition.
  Iterator begin() {
    Advance();
    return Iterator(this);
  }
  std::default_sentinel_t end() const { return std::default_sentinel; }

  // Asks for the gather's end: what has not ended then comes as CANCELLED. Any number of times,
  // from any thread while the range lives.
  void Cancel() { reader_->Cancel(); }

  // Once the loop is through: OK when the policy is satisfied, which in Collect() it is however
  // many sub-calls failed. Else as Gather's, with every failure that was seen. Before that,
  // kFailedPrecondition.
  absl::Status status() const { return reader_->status(); }

  // Once the loop is through; all zero before, and where the gather was refused or lost.
  const Summary& summary() const { return reader_->summary(); }

  // For the library itself.
  explicit Completions(std::unique_ptr<internal::CompletionReader> reader)
      : reader_(std::move(reader)) {}

 private:
  void Advance() { current_ = reader_->template Next<Reply>(); }

  std::unique_ptr<internal::CompletionReader> reader_;
  std::optional<Completion<Reply>> current_;
};

// An input iterator; what it points to may be changed and moved from, and lasts until the next ++.
template <ReplyType Reply>
class Completions<Reply>::Iterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using iterator_category = std::input_iterator_tag;
  using value_type = Completion<Reply>;
  using difference_type = std::ptrdiff_t;
  using pointer = Completion<Reply>*;
  using reference = Completion<Reply>&;

  Iterator() = default;

  reference operator*() const { return *completions_->current_; }
  pointer operator->() const { return &*completions_->current_; }
  Iterator& operator++() {
    completions_->Advance();
    return *this;
  }
  void operator++(int) { completions_->Advance(); }

  bool operator==(std::default_sentinel_t /*end*/) const {
    return !completions_->current_.has_value();
  }

 private:
  friend class Completions;
  explicit Iterator(Completions* completions) : completions_(completions) {}

  Completions* completions_ = nullptr;
};

}  // namespace gather

#endif  // GATHER_CLIENT_COMPLETIONS_H_
