#ifndef GATHER_TESTS_ENGINE_DRAWN_OPTIONS_H_
#define GATHER_TESTS_ENGINE_DRAWN_OPTIONS_H_

#include <cstdint>
#include <memory>

#include "engine/engine.h"
#include "engine/limits/target_permits.h"
#include "engine/policy.h"
#include "gather/v1/gather.pb.h"
#include "tests/engine/drawn_gather.h"

namespace gather::testing {

// Of an engine with one target, `users`, where `budget` sub-calls may outlive their gathers.
std::shared_ptr<engine::EngineOptions> DrawOptions(Dice* dice, std::uint32_t budget);

// Few, so that there are none left; and now and then a queue that overflows. Null: no limits.
std::shared_ptr<engine::TargetPermits> DrawPermits(Dice* dice);

// The policy of a request as the engine's pure core takes it.
engine::PolicyRule ToRule(const v1::Policy& policy);

}  // namespace gather::testing

#endif  // GATHER_TESTS_ENGINE_DRAWN_OPTIONS_H_
