#include "engine/planned_call.h"

#include <algorithm>

namespace gather::engine {

bool Covers(const v1::Fallback& fallback, int code) {
  return fallback.codes().empty() || std::find(fallback.codes().begin(), fallback.codes().end(),
                                               code) != fallback.codes().end();
}

}  // namespace gather::engine
