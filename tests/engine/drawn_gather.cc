#include "tests/engine/drawn_gather.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/duration.h"
#include "tests/support/fake_invoker.h"

namespace gather::testing {
namespace {

constexpr int kInvalidArgument = 3;
constexpr int kNotFound = 5;
constexpr int kResourceExhausted = 8;

bool CoversNotFound(const v1::SubCall& call) {
  const auto& codes = call.fallback().codes();
  return call.has_fallback() &&
         (codes.empty() || std::find(codes.begin(), codes.end(), kNotFound) != codes.end());
}

engine::AttemptResult TooLarge() {
  engine::AttemptResult result;
  result.code = kResourceExhausted;
  result.message = "too large";
  result.reason = "REPLY_TOO_LARGE";
  result.origin = v1::ORIGIN_ORCHESTRATOR;
  result.delivery = v1::DELIVERY_EFFECT_UNKNOWN;
  return result;
}

void Spoil(Dice* dice, DrawnCall* drawn) {
  drawn->refusal_code = kInvalidArgument;
  drawn->fallback_heeds_refusal = false;
  switch (dice->Below(4)) {
    case 0:
      drawn->call.set_id("99");  // all digits, and no index
      drawn->shown_by_index = true;
      return;
    case 1:
      drawn->call.set_method("no method");
      return;
    case 2:
      drawn->call.mutable_timeout()->set_nanos(-1);
      return;
    default:
      drawn->call.set_target("127.0.0.1:80");
  }
}

}  // namespace

v1::Policy DrawPolicy(Dice* dice) {
  constexpr std::array kModes = {v1::MODE_UNSPECIFIED, v1::MODE_FAIL_FAST, v1::MODE_COLLECT,
                                 v1::MODE_PROPAGATE,   v1::MODE_ANY,       v1::MODE_RACE,
                                 v1::MODE_QUORUM};
  v1::Policy policy;
  policy.set_mode(kModes[dice->Below(kModes.size())]);
  if (policy.mode() == v1::MODE_QUORUM) policy.set_min_successes(1 + dice->Below(3));
  if (policy.mode() == v1::MODE_COLLECT && dice->Chance(2)) {
    policy.set_max_failures(dice->Below(3));
  }
  return policy;
}

DrawnCall DrawCall(Dice* dice) {
  DrawnCall drawn;
  v1::SubCall* const call = &drawn.call;
  if (dice->Chance(4)) {
    engine::ToProto(std::chrono::milliseconds(1 + dice->Below(60)), call->mutable_timeout());
  }
  if (dice->Chance(5)) call->set_requirement(v1::REQUIREMENT_OPTIONAL);
  if (dice->Chance(6)) call->set_requirement(v1::REQUIREMENT_REQUIRED);
  if (dice->Chance(8)) call->set_shielded(true);
  if (dice->Chance(6)) call->set_server_streaming(true);
  if (dice->Chance(8)) call->mutable_fallback()->set_response("instead");
  if (call->has_fallback() && dice->Chance(2)) call->mutable_fallback()->add_codes(kNotFound);
  if (dice->Chance(24)) {
    call->set_target("nobody");
    drawn.refusal_code = kNotFound;
    drawn.fallback_heeds_refusal = true;
  }
  return drawn;
}

DrawnCall DrawAdd(Dice* dice) {
  DrawnCall drawn = DrawCall(dice);
  if (dice->Chance(4)) drawn.call.set_id(std::string(1, static_cast<char>('a' + dice->Below(3))));
  if (dice->Chance(24)) Spoil(dice, &drawn);
  return drawn;
}

engine::AttemptResult DrawResult(Dice* dice, bool server_streaming) {
  constexpr std::array kCodes = {1, 4, kNotFound, 13};
  if (server_streaming && dice->Chance(2)) return EndOfStream();
  if (!server_streaming && dice->Chance(2)) return Reply(std::string(dice->Below(6), 'x'));
  if (dice->Chance(6)) return TransportFailure("Socket closed", dice->Chance(2));
  if (dice->Chance(12)) return TooLarge();
  return BackendFailure(kCodes[dice->Below(kCodes.size())],
                        absl::StrCat("failure ", dice->Below(1000)));
}

bool RefusedAsAWhole(const v1::GatherRequest& request) {
  const v1::Mode mode = request.policy().mode();
  std::uint32_t counting = 0;
  for (const v1::SubCall& call : request.calls()) {
    const bool counts = call.requirement() != v1::REQUIREMENT_OPTIONAL;
    if (counts) ++counting;
    const bool decides = call.requirement() == v1::REQUIREMENT_REQUIRED ||
                         (counts && (mode == v1::MODE_UNSPECIFIED || mode == v1::MODE_FAIL_FAST ||
                                     mode == v1::MODE_PROPAGATE));
    if (call.target() == "nobody" && decides && !CoversNotFound(call)) return true;
  }
  if (mode == v1::MODE_QUORUM) return request.policy().min_successes() > counting;
  return (mode == v1::MODE_ANY || mode == v1::MODE_RACE) && counting == 0;
}

}  // namespace gather::testing
