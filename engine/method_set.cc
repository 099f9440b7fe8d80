#include "engine/method_set.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace gather::engine {
namespace {

constexpr std::size_t kMaxMethodBytes = 1024;

// Up to and with the second slash.
absl::string_view ServiceOf(absl::string_view method) {
  const std::size_t slash = method.find('/', 1);
  return slash == absl::string_view::npos ? absl::string_view() : method.substr(0, slash + 1);
}

}  // namespace

MethodSet::MethodSet(const std::vector<std::string>& patterns)
    : all_(patterns.empty()), patterns_(patterns) {
  for (const std::string& pattern : patterns_) {
    if (absl::EndsWith(pattern, "/*")) {
      services_.insert(pattern.substr(0, pattern.size() - 1));
    } else {
      methods_.insert(pattern);
    }
  }
}

MethodSet MethodSet::None() {
  MethodSet none;
  none.all_ = false;
  return none;
}

bool MethodSet::Contains(absl::string_view method) const {
  return all_ || methods_.contains(method) ||
         (!services_.empty() && services_.contains(ServiceOf(method)));
}

bool MethodSet::Covers(absl::string_view pattern) const {
  if (!absl::EndsWith(pattern, "/*")) return Contains(pattern);
  return all_ || services_.contains(ServiceOf(pattern));
}

bool IsMethodPattern(absl::string_view pattern) {
  const absl::string_view service = ServiceOf(pattern);
  const absl::string_view method = pattern.substr(service.size());
  return pattern.size() <= kMaxMethodBytes && service.size() > 2 && service[0] == '/' &&
         !method.empty() && method.find('/') == absl::string_view::npos &&
         (method == "*" || pattern.find('*') == absl::string_view::npos) &&
         service.find('*') == absl::string_view::npos &&
         std::all_of(pattern.begin(), pattern.end(),
                     [](unsigned char c) { return absl::ascii_isgraph(c); });
}

}  // namespace gather::engine
