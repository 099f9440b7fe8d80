#ifndef GATHER_CLIENT_TASK_GROUP_ENDING_H_
#define GATHER_CLIENT_TASK_GROUP_ENDING_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

// Why a group takes no more sub-calls, as those tell it that the engine never accounted for. By
// default, that it was joined. A plain value.
struct TaskGroupEnding {
  // Not OK: the group was refused, cancelled or lost, and no summary came.
  absl::Status lost;
  bool opened = false;            // the engine had taken the group in
  bool caller_cancelled = false;  // the caller had asked for that

  // Where a summary came: what the decision means for the rest.
  v1::Cause cause = v1::CAUSE_GROUP_ENDED;
  std::optional<std::uint32_t> caused_by;
};

// Fills in what is known of a sub-call without outcome, everything but index and id. `sent`: it was
// on its way when the group ended; where the decision was told, the engine has not taken it in.
void AccountFor(const TaskGroupEnding& ending, bool sent, v1::Outcome* outcome);

}  // namespace gather::internal

#endif  // GATHER_CLIENT_TASK_GROUP_ENDING_H_
