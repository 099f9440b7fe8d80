#ifndef GATHER_SERVER_METRICS_LABEL_BUDGET_H_
#define GATHER_SERVER_METRICS_LABEL_BUDGET_H_

#include <cstddef>
#include <mutex>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

namespace gather::server {

// Stands for all that has no label of its own. Neither is a target's name or a method's.
inline constexpr absl::string_view kOtherTarget = "_other";
inline constexpr absl::string_view kOtherMethod = "other";

// Which methods of a target have metrics of their own: whatever callers write, there are not many.
// All workers of a server share one, so that they give the same answer; from any thread. Asked only
// when a worker sees a method for the first time.
class LabelBudget {
 public:
  static constexpr std::size_t kMaxMethods = 64;  // of each target

  // Whether the method has a label: it has one already, or there is room for one more.
  bool Admit(absl::string_view target, absl::string_view method);

 private:
  std::mutex mutex_;
  absl::flat_hash_map<std::string, absl::flat_hash_set<std::string>> methods_;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_METRICS_LABEL_BUDGET_H_
