#ifndef GATHER_ENGINE_LIVE_GATHER_H_
#define GATHER_ENGINE_LIVE_GATHER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/async/time.h"
#include "engine/run_settings.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {

// A sub-call that has not ended.
struct LiveSlot {
  std::uint32_t index = 0;
  std::string id;
  std::string target;
  std::string method;
  bool sent = false;
  Duration age{0};  // since it was accepted
};

// A gather that has not ended, for people who look for what is stuck. Values, no pointers.
struct LiveGather {
  std::string gather_id;
  std::string principal;  // who asks; empty: not known
  std::string label;
  RunKind kind = RunKind::kTogether;
  v1::Mode mode = v1::MODE_UNSPECIFIED;
  v1::Verdict verdict = v1::VERDICT_UNSPECIFIED;  // set: decided, and the rest is being stopped
  bool answered = false;                          // and only what is detached runs on
  Duration age{0};
  Duration left = Duration::max();  // until its deadline; max(): it has none
  std::uint32_t sub_calls = 0;      // so far
  std::uint32_t queued = 0;
  std::uint32_t in_flight = 0;  // attempts
  std::vector<LiveSlot> slots;  // some of those that have not ended, by index
};

// How much an engine has to do.
struct EngineLoad {
  std::uint64_t gathers = 0;    // that were not answered yet
  std::uint64_t queued = 0;     // sub-calls that were not sent yet
  std::uint64_t in_flight = 0;  // attempts that their gathers wait for
  std::uint64_t detached = 0;   // attempts that run on without
};

// What an engine is busy with.
struct LiveView {
  EngineLoad load;
  std::size_t all_gathers = 0;      // those too of which only what is detached runs on
  std::vector<LiveGather> gathers;  // some of them, the oldest first
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_LIVE_GATHER_H_
