#include "engine/call_checker.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/field_checks.h"
#include "engine/key_set.h"
#include "engine/utf8.h"

namespace gather::engine {
namespace {

constexpr int kMaxFallbackCodes = 16;  // there are no more codes of failures

// Of names that are refused: more of them is told nowhere, so that no failure grows without bound.
constexpr std::size_t kMaxShownTarget = 128;
constexpr std::size_t kMaxShownMethod = 1024;

bool IsAllDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return absl::ascii_isdigit(c); });
}

}  // namespace

CallChecker::CallChecker(std::uint32_t calls, const v1::SubCall& defaults, v1::Mode mode,
                         const TargetTable& targets, std::chrono::nanoseconds max_timeout,
                         const Grants* grants)
    : calls_(calls),
      defaults_(defaults),
      mode_(mode),
      targets_(targets),
      max_timeout_(max_timeout),
      grants_(grants),
      metadata_(defaults) {}

std::optional<Refusal> CallChecker::Check(std::uint32_t index, v1::SubCall* call,
                                          PlannedCall* planned) {
  planned->sub_call = call;
  planned->request = call->has_request() ? call->mutable_request() : nullptr;
  planned->shielded = call->has_shielded() ? call->shielded() : defaults_.shielded();
  planned->server_streaming =
      call->has_server_streaming() ? call->server_streaming() : defaults_.server_streaming();
  planned->idempotent = call->has_idempotent() ? call->idempotent() : defaults_.idempotent();
  if (auto refusal = CheckId(index, call)) return refusal;
  if (auto refusal = CheckServed(index, *call)) return refusal;
  if (auto refusal = CheckMethodOf(index, *call, planned)) return refusal;
  if (auto refusal = CheckTimeout(index, *call, planned)) return refusal;
  if (auto refusal = metadata_.Merge(*call, index, &planned->metadata)) return refusal;
  if (auto refusal = CheckFallback(index, *call, planned)) return refusal;
  if (auto refusal = CheckRequirement(index, *call, planned)) return refusal;
  if (auto refusal = CheckTarget(index, *call, planned)) return refusal;
  if (planned->target == nullptr) return std::nullopt;
  ObeyTarget(*call, planned);
  CheckForwarded(index, planned);
  return std::nullopt;
}

std::optional<Refusal> CallChecker::CheckAdded(std::uint32_t index, AddedCall* added) {
  PlannedCall* const planned = &added->planned;
  v1::SubCall* const call = &added->message;
  auto refusal = Check(index, call, planned);
  if (!refusal || refusal->reason == "DUPLICATE_ID") return refusal;
  // The slot still needs an id that can be shown, and the names that its failure is told with.
  if (CheckIdText(call->id(), {"id", index}) || refusal->reason == "BAD_ID") {
    call->set_id(absl::StrCat(index));
  }
  planned->target_name =
      CutUtf8(call->target().empty() ? defaults_.target() : call->target(), kMaxShownTarget);
  planned->method =
      CutUtf8(call->method().empty() ? defaults_.method() : call->method(), kMaxShownMethod);
  planned->fallback = nullptr;  // a gather would have been refused: nothing stands in for that
  planned->requirement = RequirementOf(*call);
  if (!v1::Requirement_IsValid(planned->requirement)) {
    planned->requirement = v1::REQUIREMENT_UNSPECIFIED;
  }
  planned->refusal = std::make_unique<const Refusal>(*std::move(refusal));
  return std::nullopt;
}

std::optional<std::uint32_t> CallChecker::IndexOf(absl::string_view id) const {
  std::uint32_t index = 0;
  if (IsAllDigits(id) && absl::SimpleAtoi(id, &index)) return index;
  const auto found = index_of_id_.find(id);
  if (found == index_of_id_.end()) return std::nullopt;
  return found->second;
}

std::optional<Refusal> CallChecker::CheckId(std::uint32_t index, v1::SubCall* call) {
  const std::string& id = call->id();
  if (id.empty()) {
    call->set_id(absl::StrCat(index));
    return std::nullopt;
  }
  const Field field{"id", index};
  if (auto refusal = CheckIdText(id, field)) return refusal;
  // An all-digit id that is not its own index is refused, so ids made from indexes are unique.
  if (!IsAllDigits(id)) return CheckUnique(index, id);
  if (id == absl::AlphaNum(index).Piece()) return std::nullopt;
  return RefuseArgument(field, "BAD_ID",
                        absl::StrCat(Quoted(id), " is all digits but not the call's index"));
}

std::optional<Refusal> CallChecker::CheckUnique(std::uint32_t index, absl::string_view id) {
  if (index_of_id_.empty() && calls_ > index) index_of_id_.reserve(calls_ - index);
  const auto [known, is_new] = index_of_id_.emplace(id, index);
  if (is_new) return std::nullopt;
  return RefuseArgument({"id", index}, "DUPLICATE_ID",
                        absl::StrCat(Quoted(id), " is the id of calls[", known->second, "], too"));
}

std::optional<Refusal> CallChecker::CheckServed(std::uint32_t index,
                                                const v1::SubCall& call) const {
  if (call.has_retry()) {
    return RefuseNotYet({"retry", index}, "retries are");
  }
  if (call.has_hedging()) {
    return RefuseNotYet({"hedging", index}, "hedging is");
  }
  return std::nullopt;
}

std::optional<Refusal> CallChecker::CheckMethodOf(std::uint32_t index, const v1::SubCall& call,
                                                  PlannedCall* planned) {
  planned->method = call.method().empty() ? defaults_.method() : call.method();
  if (planned->method == good_method_ && !good_method_.empty()) return std::nullopt;
  if (auto refusal = CheckMethod(planned->method, {"method", index})) return refusal;
  good_method_ = std::string(planned->method);
  return std::nullopt;
}

std::optional<Refusal> CallChecker::CheckTimeout(std::uint32_t index, const v1::SubCall& call,
                                                 PlannedCall* planned) {
  if (!call.has_timeout() && !defaults_.has_timeout()) return std::nullopt;
  auto timeout = ReadTimeout(call.has_timeout() ? call.timeout() : defaults_.timeout(),
                             {"timeout", index}, max_timeout_, &clamped_);
  if (auto* refusal = std::get_if<Refusal>(&timeout)) return std::move(*refusal);
  planned->timeout = std::get<std::chrono::nanoseconds>(timeout);
  return std::nullopt;
}

std::optional<Refusal> CallChecker::CheckFallback(std::uint32_t index, const v1::SubCall& call,
                                                  PlannedCall* planned) {
  if (!call.has_fallback() && !defaults_.has_fallback()) return std::nullopt;
  planned->fallback = call.has_fallback() ? &call.fallback() : &defaults_.fallback();
  const Field field{"fallback.codes", index};
  if (planned->fallback->codes_size() > kMaxFallbackCodes) {
    return RefuseArgument(field, "BAD_POLICY",
                          absl::StrCat(planned->fallback->codes_size(), " codes, at most 16"),
                          "16");
  }
  for (const int code : planned->fallback->codes()) {
    if (code >= 1 && code <= kMaxFallbackCodes) continue;
    return RefuseArgument(field, "BAD_POLICY",
                          absl::StrCat(code, " is no code of a failure; those are 1 to 16"), "16");
  }
  return std::nullopt;
}

v1::Requirement CallChecker::RequirementOf(const v1::SubCall& call) const {
  return call.requirement() != v1::REQUIREMENT_UNSPECIFIED ? call.requirement()
                                                           : defaults_.requirement();
}

std::optional<Refusal> CallChecker::CheckRequirement(std::uint32_t index, const v1::SubCall& call,
                                                     PlannedCall* planned) const {
  planned->requirement = RequirementOf(call);
  if (v1::Requirement_IsValid(planned->requirement)) return std::nullopt;
  return RefuseArgument({"requirement", index}, "BAD_POLICY",
                        absl::StrCat(planned->requirement, " is no requirement"));
}

std::optional<Refusal> CallChecker::CheckTarget(std::uint32_t index, const v1::SubCall& call,
                                                PlannedCall* planned) {
  const absl::string_view name = call.target().empty() ? defaults_.target() : call.target();
  planned->target_name = name;
  if (last_target_ == nullptr || last_target_->name != name) LookUp(name);
  if (last_target_ == nullptr) {
    const Field field{"target", index};
    if (!IsTargetName(name)) {
      return RefuseArgument(
          field, "RAW_TARGET",
          absl::StrCat(name.empty() ? "empty" : Quoted(name), name.empty() ? "; " : " is no name; ",
                       "a target's name matches [A-Za-z0-9][A-Za-z0-9._-]{0,62}"));
    }
    return RefuseCall(Refuse(field, absl::StatusCode::kNotFound, "UNKNOWN_TARGET",
                             absl::StrCat("no target ", Quoted(name))),
                      planned);
  }
  if (!IsAllowed(planned->method)) {
    return RefuseCall(
        Refuse({"method", index}, absl::StatusCode::kPermissionDenied, "METHOD_NOT_ALLOWED",
               absl::StrCat(Quoted(planned->method), " is not allowed of target ", Quoted(name))),
        planned);
  }
  planned->target = last_target_;
  return std::nullopt;
}

// A target of which the caller may use nothing is none: nobody can tell the two apart.
void CallChecker::LookUp(absl::string_view target) {
  last_target_ = targets_.Find(target);
  if (last_target_ == nullptr) return;
  last_methods_ = grants_ == nullptr ? &last_target_->methods : grants_->On(*last_target_);
  if (last_methods_ == nullptr) last_target_ = nullptr;
  last_allowed_.clear();
}

// Of the last target.
bool CallChecker::IsAllowed(absl::string_view method) {
  if (last_methods_->all() || method == last_allowed_) return true;
  if (!last_methods_->Contains(method)) return false;
  last_allowed_.assign(method.data(), method.size());
  return true;
}

void CallChecker::ObeyTarget(const v1::SubCall& call, PlannedCall* planned) {
  const Target& target = *planned->target;
  if (!call.has_idempotent() && !defaults_.has_idempotent() && !target.idempotent_methods.empty()) {
    planned->idempotent = target.idempotent_methods.Contains(planned->method);
  }
  const auto longest = std::min(target.max_timeout, max_timeout_);
  if (planned->timeout) {
    clamped_ = clamped_ || *planned->timeout > longest;
    planned->timeout = std::min(*planned->timeout, longest);
  } else if (target.default_timeout || longest < max_timeout_) {
    planned->timeout = std::min(target.default_timeout.value_or(longest), longest);
  }
}

void CallChecker::CheckForwarded(std::uint32_t index, PlannedCall* planned) {
  const KeySet& keys = planned->target->request_metadata;
  for (const v1::Metadata* entry : planned->metadata) {
    if (keys.all() && !IsIdentityKey(entry->key())) continue;
    if (keys.Names(entry->key())) continue;
    planned->target = nullptr;
    planned->refusal = std::make_unique<const Refusal>(
        Refuse({"metadata", index}, absl::StatusCode::kPermissionDenied, "METADATA_NOT_ALLOWED",
               absl::StrCat("key ", Quoted(entry->key()), " is not let through by target ",
                            Quoted(planned->target_name))));
    return;
  }
}

std::optional<Refusal> CallChecker::RefuseCall(Refusal refusal, PlannedCall* planned) const {
  if (FailureDecides(*planned, refusal.code)) return refusal;
  planned->refusal = std::make_unique<const Refusal>(std::move(refusal));
  return std::nullopt;
}

bool CallChecker::FailureDecides(const PlannedCall& planned, int code) const {
  if (planned.fallback != nullptr && Covers(*planned.fallback, code)) return false;
  if (planned.requirement == v1::REQUIREMENT_REQUIRED) return true;
  return planned.requirement != v1::REQUIREMENT_OPTIONAL &&
         (mode_ == v1::MODE_FAIL_FAST || mode_ == v1::MODE_PROPAGATE);
}

}  // namespace gather::engine
