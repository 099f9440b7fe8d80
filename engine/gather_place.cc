#include "engine/gather_place.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"

namespace gather::engine {
namespace {

constexpr int kResourceExhausted = 8;

// Nobody knows when a group will be closed.
constexpr std::chrono::seconds kAskAgainForGroup(1);

Refusal Overloaded(const Overload& overload, absl::string_view prefix) {
  const auto what = [&] {
    switch (overload.kind) {
      case Overload::Kind::kGathers:
        return " gathers in flight";
      case Overload::Kind::kSubCalls:
        return " sub-calls in flight and waiting";
      default:
        return " bytes of memory in use";
    }
  };
  return {kResourceExhausted,
          "OVERLOADED",
          absl::StrCat(prefix, "the server has ", overload.present, what(), ", at most ",
                       overload.limit, ": retry later"),
          {{"limit", absl::StrCat(overload.limit)}},
          overload.retry_after};
}

std::string PathOf(std::uint32_t index) { return absl::StrCat("calls[", index, "]"); }

Refusal OverQuota(const std::string& field, std::uint64_t calls, const std::string& name,
                  const PrincipalLimits& limits, Duration wait) {
  return {kResourceExhausted,
          "QUOTA",
          absl::StrCat(field, ": ", calls, calls == 1 ? " sub-call is" : " sub-calls are",
                       " more than principal \"", name, "\" has left of ",
                       limits.sub_calls_per_second, " a second"),
          {{"field", field}, {"limit", absl::StrCat(limits.sub_calls_per_second)}},
          wait};
}

Refusal TooManyGroups(const std::string& name, std::uint32_t limit) {
  return {kResourceExhausted,
          "QUOTA",
          absl::StrCat("open: principal \"", name, "\" has ", limit,
                       " task groups open, which is all that it may have"),
          {{"field", "open"}, {"limit", absl::StrCat(limit)}},
          kAskAgainForGroup};
}

}  // namespace

std::optional<Refusal> CheckAdmission(const ServerLimits& limits, Time now) {
  if (limits.admission == nullptr) return std::nullopt;
  const std::optional<Overload> overload = limits.admission->Check(now);
  if (!overload) return std::nullopt;
  return Overloaded(*overload, "");
}

std::variant<std::unique_ptr<GatherPlace>, Refusal> GatherPlace::Take(const ServerLimits& limits,
                                                                      const Principal* principal,
                                                                      std::uint64_t calls,
                                                                      bool group, Time now) {
  const bool has_account =
      limits.accounts != nullptr && principal != nullptr && principal->limits.any();
  if (limits.admission == nullptr && !has_account) return nullptr;
  std::unique_ptr<GatherPlace> place(new GatherPlace(limits, has_account ? principal : nullptr));
  if (has_account) place->account_ = limits.accounts->Of(principal->name, now);
  if (auto refusal = place->Enter(calls, now)) return *std::move(refusal);
  if (group) {
    if (auto refusal = place->OpenGroup()) return *std::move(refusal);
  } else if (const auto wait = place->Pay(calls, now)) {
    return OverQuota("calls", calls, place->name_, place->principal_limits_, *wait);
  }
  return place;
}

GatherPlace::GatherPlace(const ServerLimits& limits, const Principal* principal)
    : admission_(limits.admission), accounts_(principal == nullptr ? nullptr : limits.accounts) {
  if (principal == nullptr) return;
  name_ = principal->name;
  principal_limits_ = principal->limits;
}

GatherPlace::~GatherPlace() {
  Answer();
  if (admission_ != nullptr) admission_->EndCalls(calls_);
}

std::optional<Refusal> GatherPlace::Enter(std::uint64_t calls, Time now) {
  if (admission_ == nullptr) return std::nullopt;
  if (const auto overload = admission_->Enter(calls, now)) return Overloaded(*overload, "");
  entered_ = true;
  calls_ = calls;
  return std::nullopt;
}

std::optional<Refusal> GatherPlace::OpenGroup() {
  if (accounts_ == nullptr) return std::nullopt;
  group_ = accounts_->OpenGroup(account_, principal_limits_);
  if (group_ != nullptr) return std::nullopt;
  return TooManyGroups(name_, principal_limits_.max_open_groups);
}

std::optional<Duration> GatherPlace::Pay(std::uint64_t calls, Time now) {
  if (accounts_ == nullptr) return std::nullopt;
  return accounts_->TakeCalls(account_.get(), calls, principal_limits_, now);
}

std::optional<Refusal> GatherPlace::Add(std::uint32_t index, Time now) {
  if (admission_ != nullptr) {
    if (const auto overload = admission_->AddCall(now)) {
      return Overloaded(*overload, absl::StrCat(PathOf(index), ": "));
    }
    ++calls_;
  }
  const std::optional<Duration> wait = Pay(1, now);
  if (!wait) return std::nullopt;
  EndCall();
  return OverQuota(PathOf(index), 1, name_, principal_limits_, *wait);
}

void GatherPlace::EndCall() {
  if (admission_ == nullptr) return;
  admission_->EndCalls(1);
  --calls_;
}

void GatherPlace::Answer() {
  group_.reset();
  if (std::exchange(entered_, false)) admission_->EndGather();
}

}  // namespace gather::engine
