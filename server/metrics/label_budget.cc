#include "server/metrics/label_budget.h"

namespace gather::server {

bool LabelBudget::Admit(absl::string_view target, absl::string_view method) {
  const std::lock_guard<std::mutex> lock(mutex_);
  auto& methods = methods_[target];
  if (methods.contains(method)) return true;
  if (methods.size() == kMaxMethods) return false;
  methods.insert(std::string(method));
  return true;
}

}  // namespace gather::server
