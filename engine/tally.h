#ifndef GATHER_ENGINE_TALLY_H_
#define GATHER_ENGINE_TALLY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/outcome.h"
#include "engine/planned_call.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {

// What became of a gather's sub-calls, counted; and, of a gather whose outcomes are streamed away,
// the failures that its last status may have to tell. Its size does not grow with the gather.
class Tally {
 public:
  // `keeps_failures`: nobody else keeps the outcomes.
  explicit Tally(bool keeps_failures) : keeps_failures_(keeps_failures) {}

  // A sub-call ended so. Once for each.
  void Count(std::uint32_t index, const PlannedCall& call, const Outcome& outcome);

  // The gather was decided, and carries the status of that sub-call: one of the counted.
  void KeepForStatus(std::uint32_t index);

  std::uint32_t Of(v1::Disposition disposition) const { return by_disposition_[disposition]; }
  std::uint32_t Of(v1::Cause cause) const { return by_cause_[cause]; }
  std::uint32_t ended() const { return ended_; }
  std::uint32_t failures() const { return failures_; }
  std::optional<std::uint32_t> last_ended() const { return last_ended_; }

  // In index order. Only when it keeps them.
  std::vector<Failure> TakeFailures();

 private:
  using Shared = std::shared_ptr<Failure>;
  static constexpr std::size_t kMaxKept = 100;

  void Keep(std::uint32_t index, const PlannedCall& call, const Outcome& outcome);

  const bool keeps_failures_;
  std::array<std::uint32_t, v1::Disposition_ARRAYSIZE> by_disposition_{};
  std::array<std::uint32_t, v1::Cause_ARRAYSIZE> by_cause_{};
  std::uint32_t ended_ = 0;
  std::uint32_t failures_ = 0;
  std::optional<std::uint32_t> last_ended_;
  std::vector<Shared> kept_;
  Shared first_counting_;  // both may be needed for the status, and may be beyond the first 100
  Shared last_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_TALLY_H_
