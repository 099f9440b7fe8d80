#include "engine/failure_details.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/utf8.h"

namespace gather::engine {
namespace {

constexpr std::size_t kShortMessageBytes = 64;

// The least that one failure takes: a tag and a length, an id of one character, a code, origin and
// delivery. What cannot fit by this measure is not even written down.
constexpr std::size_t kLeastFailureBytes = 2 + 3 + 4 + 2 + 2;

std::size_t VarintBytes(std::size_t value) {
  std::size_t bytes = 1;
  for (; value >= 0x80; value >>= 7) ++bytes;
  return bytes;
}

// What `failure` takes as an element of GatherFailure.failures.
std::size_t ElementBytes(const v1::SubCallFailure& failure) {
  const std::size_t bytes = failure.ByteSizeLong();
  return 1 + VarintBytes(bytes) + bytes;
}

// One answer's failures, and the steps by which they are made to fit.
class FailureList {
 public:
  FailureList(const Answer& answer, std::optional<std::uint32_t> used, std::size_t max_bytes)
      : used_(used), max_bytes_(max_bytes) {
    *message_.mutable_summary() = answer.summary;
    message_.mutable_summary()->clear_decision();
    message_.set_gather_id(answer.gather_id);
    *message_.mutable_decision() = answer.decision;
    if (answer.decision.has_status()) {
      message_.mutable_decision()->mutable_status()->clear_details();
    }
    Collect(answer);
  }

  v1::GatherFailure Fit() && {
    CutDetails();
    CutMessages();
    DropFailures();
    CutWhatAlwaysStays();
    for (v1::SubCallFailure& failure : failures_) *message_.add_failures() = std::move(failure);
    return std::move(message_);
  }

 private:
  void Collect(const Answer& answer) {
    const std::size_t most = max_bytes_ / kLeastFailureBytes + 1;
    const std::vector<FailureView> views = FailuresOf(answer);
    for (const FailureView& view : views) {
      if (failures_.size() < most || view.index == used_) Add(view);
    }
    const auto known = static_cast<std::uint32_t>(views.size());
    message_.set_total_failures(std::max(known, answer.total_failures));
    bytes_ += message_.ByteSizeLong();
  }

  void Add(const FailureView& view) {
    v1::SubCallFailure& failure = failures_.emplace_back();
    failure.set_index(view.index);
    failure.set_id(view.id.data(), view.id.size());
    if (view.status != nullptr) *failure.mutable_status() = *view.status;
    failure.set_origin(view.origin);
    failure.set_delivery(view.delivery);
    bytes_ += ElementBytes(failure);
  }

  bool fits() const { return bytes_ <= max_bytes_; }
  bool IsUsed(const v1::SubCallFailure& failure) const { return failure.index() == used_; }

  // Changes one failure and keeps the count of bytes right.
  template <typename Change>
  void Shrink(v1::SubCallFailure* failure, Change change) {
    bytes_ -= ElementBytes(*failure);
    change(failure->mutable_status());
    bytes_ += ElementBytes(*failure);
  }

  static void DropDetails(v1::Status* status) { status->clear_details(); }

  static void ShortenMessage(v1::Status* status) {
    std::string* message = status->mutable_message();
    message->resize(CutUtf8(*message, kShortMessageBytes).size());
  }

  void CutDetails() {
    for (auto failure = failures_.rbegin(); failure != failures_.rend() && !fits(); ++failure) {
      if (!IsUsed(*failure) && failure->has_status()) Shrink(&*failure, DropDetails);
    }
  }

  void CutMessages() {
    for (auto failure = failures_.rbegin(); failure != failures_.rend() && !fits(); ++failure) {
      if (!IsUsed(*failure) && failure->has_status()) Shrink(&*failure, ShortenMessage);
    }
  }

  void DropFailures() {
    std::optional<v1::SubCallFailure> used;
    while (!fits() && !failures_.empty()) {
      if (IsUsed(failures_.back())) {
        used = std::move(failures_.back());
      } else {
        bytes_ -= ElementBytes(failures_.back());
      }
      failures_.pop_back();
    }
    if (used) failures_.push_back(*std::move(used));
  }

  void CutWhatAlwaysStays() {
    if (!fits() && message_.decision().has_status()) {
      bytes_ -= message_.ByteSizeLong();
      ShortenMessage(message_.mutable_decision()->mutable_status());
      bytes_ += message_.ByteSizeLong();
    }
    if (failures_.empty() || !failures_.front().has_status()) return;
    if (!fits()) Shrink(&failures_.front(), DropDetails);
    if (!fits()) Shrink(&failures_.front(), ShortenMessage);
  }

  const std::optional<std::uint32_t> used_;
  const std::size_t max_bytes_;
  v1::GatherFailure message_;  // all but the failures
  std::vector<v1::SubCallFailure> failures_;
  std::size_t bytes_ = 0;  // of the message with the failures
};

}  // namespace

v1::GatherFailure MakeGatherFailure(const Answer& answer, std::optional<std::uint32_t> used,
                                    std::size_t max_bytes) {
  return FailureList(answer, used, max_bytes).Fit();
}

}  // namespace gather::engine
