#include "server/capabilities.h"

#include "engine/access.h"
#include "engine/duration.h"
#include "engine/method_set.h"
#include "engine/target.h"
#include "gather/v1/gather.pb.h"
#include "server/version.h"

namespace gather::server {

std::string CapabilitiesOf(const engine::EngineOptions& options, absl::string_view principal) {
  v1::Capabilities capabilities;
  capabilities.set_version(kVersion);
  capabilities.set_max_calls(options.plan.max_calls);
  capabilities.set_max_request_bytes(options.max_request_bytes);
  capabilities.set_max_response_bytes(options.max_response_bytes);
  engine::ToProto(options.plan.max_timeout, capabilities.mutable_max_timeout());
  capabilities.set_max_concurrency(options.plan.max_concurrency);
  for (const v1::Mode mode : {v1::MODE_FAIL_FAST, v1::MODE_COLLECT, v1::MODE_PROPAGATE,
                              v1::MODE_ANY, v1::MODE_RACE, v1::MODE_QUORUM}) {
    capabilities.add_modes(mode);
  }
  const engine::Grants* const grants =
      options.access == nullptr ? nullptr : &options.access->For(principal);
  for (const auto& target : options.targets.all()) {
    const engine::MethodSet* const methods =
        grants == nullptr ? &target->methods : grants->On(*target);
    if (methods == nullptr) continue;
    v1::TargetInfo& info = *capabilities.add_targets();
    info.set_name(target->name);
    for (const std::string& method : methods->patterns()) info.add_methods(method);
  }
  return capabilities.SerializeAsString();
}

}  // namespace gather::server
