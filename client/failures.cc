#include "gather/failures.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "gather/refusal.h"
#include "gather/status_from_proto.h"

namespace gather {

Failures Failures::From(const absl::Status& status) {
  Failures result;
  const auto payload = status.GetPayload(internal::kGatherFailureUrl);
  v1::GatherFailure proto;
  if (!payload.has_value() || !proto.ParseFromString(std::string(*payload))) return result;
  if (proto.decision().has_decided_by()) result.decided_by_ = proto.decision().decided_by();
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
  const auto deciding = std::find_if(
      begin(), end(), [this](const Failure& failure) { return decided_by_ == failure.index; });
  return deciding == end() ? &failures_.front() : &*deciding;
}

Failures Failures::Take(absl::StatusCode code) {
  const auto taken = std::stable_partition(
      failures_.begin(), failures_.end(),
      [code](const Failure& failure) { return failure.status.code() != code; });
  Failures result;
  result.decided_by_ = decided_by_;
  result.failures_.assign(std::make_move_iterator(taken), std::make_move_iterator(failures_.end()));
  failures_.erase(taken, failures_.end());
  return result;
}

}  // namespace gather
