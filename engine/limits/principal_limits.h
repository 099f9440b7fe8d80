#ifndef GATHER_ENGINE_LIMITS_PRINCIPAL_LIMITS_H_
#define GATHER_ENGINE_LIMITS_PRINCIPAL_LIMITS_H_

#include <cstdint>

namespace gather::engine {

// What one principal may use up; 0: no limit. A plain value.
struct PrincipalLimits {
  double sub_calls_per_second = 0;    // on average
  std::uint32_t burst = 0;            // how many may be saved up; 0: what one second brings
  std::uint32_t max_open_groups = 0;  // at once
  bool dry_run = false;               // only counted

  // Whether anything is limited.
  bool any() const { return sub_calls_per_second > 0 || max_open_groups > 0; }
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_LIMITS_PRINCIPAL_LIMITS_H_
