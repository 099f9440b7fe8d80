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
#include "engine/utf8.h"

namespace gather::engine {
namespace {

constexpr int kMaxFallbackCodes = 16;  // there are no more codes of failures

// Of names that are refused: more of them is told nowhere, so that no failure grows without bound.
constexpr std::size_t kMaxShownTarget = 128;
constexpr std::size_t kMaxShownMethod = 1024;
constexpr int kNotFound = static_cast<int>(absl::StatusCode::kNotFound);

bool IsAllDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return absl::ascii_isdigit(c); });
}

}  // namespace

CallChecker::CallChecker(std::uint32_t calls, const v1::SubCall& defaults, v1::Mode mode,
                         const TargetTable& targets, std::chrono::nanoseconds max_timeout)
    : calls_(calls),
      defaults_(defaults),
      mode_(mode),
      targets_(targets),
      max_timeout_(max_timeout),
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
  if (last_target_ == nullptr || last_target_->name != name) {
    last_target_ = targets_.Find(name);
  }
  planned->target = last_target_;
  if (planned->target != nullptr) return std::nullopt;
  const Field field{"target", index};
  if (!IsTargetName(name)) {
    return RefuseArgument(
        field, "RAW_TARGET",
        absl::StrCat(name.empty() ? "empty" : Quoted(name), name.empty() ? "; " : " is no name; ",
                     "a target's name matches [A-Za-z0-9][A-Za-z0-9._-]{0,62}"));
  }
  Refusal refusal = Refuse(field, absl::StatusCode::kNotFound, "UNKNOWN_TARGET",
                           absl::StrCat("no target ", Quoted(name)));
  if (FailureDecides(*planned)) return refusal;
  planned->refusal = std::make_unique<const Refusal>(std::move(refusal));
  return std::nullopt;
}

void CallChecker::CheckForwarded(std::uint32_t index, PlannedCall* planned) {
  if (planned->target == nullptr) return;
  for (const v1::Metadata* entry : planned->metadata) {
    if (!IsIdentityKey(entry->key())) continue;
    planned->target = nullptr;
    planned->refusal = std::make_unique<const Refusal>(
        Refuse({"metadata", index}, absl::StatusCode::kPermissionDenied, "METADATA_NOT_ALLOWED",
               absl::StrCat("key ", Quoted(entry->key()), " is not let through by target ",
                            Quoted(planned->target_name))));
    return;
  }
}

bool CallChecker::FailureDecides(const PlannedCall& planned) const {
  if (planned.fallback != nullptr && Covers(*planned.fallback, kNotFound)) return false;
  if (planned.requirement == v1::REQUIREMENT_REQUIRED) return true;
  return planned.requirement != v1::REQUIREMENT_OPTIONAL &&
         (mode_ == v1::MODE_FAIL_FAST || mode_ == v1::MODE_PROPAGATE);
}

}  // namespace gather::engine
