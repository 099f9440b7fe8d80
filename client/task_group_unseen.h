#ifndef GATHER_CLIENT_TASK_GROUP_UNSEEN_H_
#define GATHER_CLIENT_TASK_GROUP_UNSEEN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/strings/string_view.h"
#include "gather/named_call.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

// The real failures of a group that nobody has looked at yet: their number, and the first hundred
// of them in words. Not thread-safe.
class TaskGroupUnseen {
 public:
  static constexpr std::size_t kMaxKept = 100;

  void Add(const NamedCall& call, const v1::Status& status);

  // Somebody has looked at that one, which was added.
  void Remove(std::uint32_t index);

  // One line for each that was kept, and one for the others, if there are any.
  std::vector<std::string> Lines(absl::string_view group) const;

 private:
  std::uint64_t total_ = 0;
  absl::btree_map<std::uint32_t, std::string> kept_;
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_TASK_GROUP_UNSEEN_H_
