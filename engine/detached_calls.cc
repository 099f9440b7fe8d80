#include "engine/detached_calls.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/utf8.h"

namespace gather::engine {

DetachedCalls::DetachedCalls(AlarmClock* alarms, DetachedBudget* budget)
    : budget_(budget), alarm_(alarms, [this] { Cancel(); }) {}

bool DetachedCalls::TryDetach(std::uint32_t index, const PlannedCall& call, Attempt* attempt) {
  if (!budget_->TryTake()) return false;
  Failure name;
  name.index = index;
  name.id = call.sub_call->id();
  name.target = absl::StrCat(call.target_name);
  name.method = absl::StrCat(call.method);
  calls_.emplace(index, Call{attempt, std::move(name)});
  attempt->Detach();
  return true;
}

std::optional<Failure> DetachedCalls::OnEnd(std::uint32_t index, const AttemptResult& result) {
  const auto found = calls_.find(index);
  if (found == calls_.end()) return std::nullopt;
  Failure failure = std::move(found->second.name);
  calls_.erase(found);
  budget_->Release();
  if (calls_.empty()) alarm_.Cancel();
  if (result.code == 0) return std::nullopt;
  constexpr std::size_t kMaxMessageBytes = 1024;
  failure.status.set_code(result.code);
  failure.status.set_message(ValidUtf8(result.message, kMaxMessageBytes));
  failure.origin = result.origin;
  failure.delivery = result.delivery;
  return failure;
}

void DetachedCalls::CancelAt(Time time) { alarm_.Set(time); }

void DetachedCalls::Cancel() {
  for (auto& [index, call] : calls_) call.attempt->Cancel();
}

}  // namespace gather::engine
