#include "gather/task_group_unseen.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace gather::internal {

void TaskGroupUnseen::Add(const NamedCall& call, const v1::Status& status) {
  ++total_;
  if (kept_.size() == kMaxKept) return;
  const auto code = static_cast<absl::StatusCode>(status.code());
  kept_.emplace(call.index, absl::StrCat(ToString(call), ": ", absl::StatusCodeToString(code), ": ",
                                         status.message()));
}

void TaskGroupUnseen::Remove(std::uint32_t index) {
  --total_;
  kept_.erase(index);
}

std::vector<std::string> TaskGroupUnseen::Lines(absl::string_view group) const {
  std::vector<std::string> lines;
  lines.reserve(kept_.size() + 1);
  const std::string front = absl::StrCat("gather: ", group, " ended, and nobody looked at ");
  for (const auto& [index, failure] : kept_) lines.push_back(absl::StrCat(front, failure));
  if (total_ > kept_.size()) {
    lines.push_back(absl::StrCat(front, total_ - kept_.size(), " more failures"));
  }
  return lines;
}

}  // namespace gather::internal
