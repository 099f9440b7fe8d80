#include "gather/prepared_gather.h"

#include <chrono>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/on_arena.h"
#include "gather/duration.h"
#include "gather/refusal.h"

namespace gather::internal {
namespace {

bool IsMetadataKey(absl::string_view key) {
  for (char c : key) {
    const bool legal =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    if (!legal) return false;
  }
  return !key.empty();
}

bool IsMetadataValue(absl::string_view key, absl::string_view value) {
  if (absl::EndsWith(key, "-bin")) return true;
  for (char c : value) {
    if (c < 0x20 || c > 0x7e) return false;
  }
  return true;
}

// A call's problem, told with the call's place in front.
absl::Status AtCall(const absl::Status& problem, int index) {
  absl::Status status(problem.code(), absl::StrCat("calls[", index, "].", problem.message()));
  const auto payload = problem.GetPayload(kErrorInfoUrl);
  v1::ErrorInfo info;
  if (payload.has_value() && info.ParseFromString(std::string(*payload))) {
    std::string& field = (*info.mutable_metadata())["field"];
    field = absl::StrCat("calls[", index, "].", field);
    (*info.mutable_metadata())["index"] = absl::StrCat(index);
    AddErrorInfo(std::move(info), &status);
  }
  return status;
}

absl::Status RefusePolicy(absl::string_view field, absl::string_view what) {
  return MakeRefusal(absl::StatusCode::kInvalidArgument, "BAD_POLICY", field, what);
}

Policy DefaultPolicy(Verb verb) {
  switch (verb) {
    case Verb::kGather:
      return FailFast();
    case Verb::kSettled:
    case Verb::kAsCompleted:
      return Collect();
    case Verb::kAny:
      return Any();
    case Verb::kRace:
      return Race();
    case Verb::kQuorum:
      return Quorum(0);  // refused: there is no number that everybody would expect
  }
  std::abort();
}

// Whether the verb's result has room for all that the policy can decide.
absl::Status CheckSuits(Verb verb, const Policy& policy) {
  const auto only = [&](v1::Mode mode, absl::string_view what) {
    return policy.mode() == mode ? absl::OkStatus() : RefusePolicy("policy.mode", what);
  };
  switch (verb) {
    case Verb::kGather:
      if (policy.mode() == v1::MODE_PROPAGATE) return absl::OkStatus();
      return only(v1::MODE_FAIL_FAST,
                  "Gather takes FailFast() and Propagate() only; GatherSettled takes any policy");
    case Verb::kAny:
      return only(v1::MODE_ANY, "GatherAny takes Any() only");
    case Verb::kRace:
      return only(v1::MODE_RACE, "GatherRace takes Race() only");
    case Verb::kQuorum:
      return only(v1::MODE_QUORUM, "GatherQuorum takes Quorum() only");
    case Verb::kSettled:
    case Verb::kAsCompleted:
      return absl::OkStatus();
  }
  std::abort();
}

absl::Status CheckReachable(const v1::Policy& policy, std::uint32_t counting) {
  switch (policy.mode()) {
    case v1::MODE_QUORUM:
      if (policy.min_successes() == 0) {
        return RefusePolicy("policy.min_successes", "a quorum needs at least 1 success");
      }
      if (policy.min_successes() <= counting) return absl::OkStatus();
      return RefusePolicy("policy.min_successes",
                          absl::StrCat(policy.min_successes(), " successes of ", counting,
                                       " calls that count (are not optional)"));
    case v1::MODE_ANY:
    case v1::MODE_RACE:
      if (counting > 0) return absl::OkStatus();
      return RefusePolicy("policy.mode",
                          absl::StrCat(v1::Mode_Name(policy.mode()),
                                       " needs a call that counts (is not optional)"));
    default:
      return absl::OkStatus();
  }
}

}  // namespace

PreparedGather::PreparedGather(Verb verb, const Options& options, std::size_t calls)
    : request(engine::MakeOnArena<v1::GatherRequest>()) {
  TakePolicy(verb, options);
  TakeTime(options);
  TakeMetadata(options);
  request->set_max_concurrency(options.max_concurrency);
  request->set_label(options.label);
  const CallDescription& defaults = options.defaults.description();
  Refuse(defaults.problem());
  if (defaults.rest().ByteSizeLong() > 0) *request->mutable_defaults() = defaults.rest();
  request->mutable_calls()->Reserve(static_cast<int>(calls));
}

void PreparedGather::Add(CallDescription call) {
  if (!call.problem().ok()) Refuse(AtCall(call.problem(), request->calls_size()));
  if (call.rest().requirement() != v1::REQUIREMENT_OPTIONAL) ++counting_;
  v1::SubCall* const sub_call = request->add_calls();
  std::move(call).MoveTo(sub_call);
  sent.Add(*sub_call);
}

void PreparedGather::Seal() { Refuse(CheckReachable(request->policy(), counting_)); }

void PreparedGather::TakePolicy(Verb verb, const Options& options) {
  const Policy policy = options.policy.value_or(DefaultPolicy(verb));
  Refuse(CheckSuits(verb, policy));
  *request->mutable_policy() = policy.ToProto();
  // Nothing is cut from a response, whatever failed; the status is derived from it here.
  request->mutable_policy()->set_error_delivery(v1::ERROR_DELIVERY_AS_RESPONSE);
  sent.set_policy(request->policy());
}

void PreparedGather::TakeTime(const Options& options) {
  if (options.timeout.has_value()) {
    Refuse(TimeoutToProto(*options.timeout, "timeout", request->mutable_timeout()));
  }
  context.deadline = options.deadline;
  if (options.deadline.has_value() && *options.deadline <= std::chrono::steady_clock::now()) {
    Refuse(MakeRefusal(absl::StatusCode::kDeadlineExceeded, "NO_TIME", "deadline",
                       "the caller's deadline has passed already"));
  }
}

void PreparedGather::TakeMetadata(const Options& options) {
  for (const auto& [key, value] : options.metadata) {
    if (IsMetadataKey(key) && IsMetadataValue(key, value)) continue;
    Refuse(MakeRefusal(absl::StatusCode::kInvalidArgument, "BAD_METADATA", "metadata",
                       absl::StrCat("key or value is not legal in gRPC: \"", key, "\"")));
  }
  context.metadata = options.metadata;
}

void PreparedGather::Refuse(const absl::Status& refusal) {
  if (refusal_.ok()) refusal_ = refusal;
}

}  // namespace gather::internal
