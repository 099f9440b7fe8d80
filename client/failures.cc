#include "gather/failures.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/numbers.h"
#include "gather/refusal.h"
#include "gather/status_from_proto.h"

namespace gather {
namespace {

// The sub-call whose failure the status is.
std::optional<std::uint32_t> IndexIn(const absl::Status& status) {
  const auto payload = status.GetPayload(internal::kErrorInfoUrl);
  v1::ErrorInfo info;
  if (!payload.has_value() || !info.ParseFromString(std::string(*payload))) return std::nullopt;
  const auto named = info.metadata().find("index");
  std::uint32_t index = 0;
  if (named == info.metadata().end() || !absl::SimpleAtoi(named->second, &index)) {
    return std::nullopt;
  }
  return index;
}

}  // namespace

Failures Failures::From(const absl::Status& status) {
  Failures result;
  const auto payload = status.GetPayload(internal::kGatherFailureUrl);
  v1::GatherFailure proto;
  if (!payload.has_value() || !proto.ParseFromString(std::string(*payload))) return result;
  result.first_ = IndexIn(status);
  result.failures_.reserve(proto.failures_size());
  for (const v1::SubCallFailure& failure : proto.failures()) {
    result.failures_.push_back(
        {failure.index(), failure.id(), internal::StatusFromProto(failure.status()),
         static_cast<Origin>(failure.origin()), static_cast<Delivery>(failure.delivery())});
  }
  return result;
}

const Failure* Failures::first() const {
  if (failures_.empty()) return nullptr;
  const auto first = std::find_if(
      begin(), end(), [this](const Failure& failure) { return first_ == failure.index; });
  return first == end() ? &failures_.front() : &*first;
}

Failures Failures::Take(absl::StatusCode code) {
  const auto taken = std::stable_partition(
      failures_.begin(), failures_.end(),
      [code](const Failure& failure) { return failure.status.code() != code; });
  Failures result;
  result.first_ = first_;
  result.failures_.assign(std::make_move_iterator(taken), std::make_move_iterator(failures_.end()));
  failures_.erase(taken, failures_.end());
  return result;
}

}  // namespace gather
