#include "server/call_tally.h"

#include "absl/strings/str_cat.h"
#include "server/metrics/words.h"

namespace gather::server {

void CallTally::Add(absl::string_view target, absl::string_view method,
                    v1::Disposition disposition) {
  const std::pair<std::string, std::string> key(target, method);
  auto found = counts_.find(key);
  if (found == counts_.end()) {
    if (counts_.size() == kMaxPairs) return void(++left_out_);
    found = counts_.emplace(key, Counts{}).first;
  }
  ++found->second[disposition];
}

std::vector<std::string> CallTally::Lines() const {
  std::vector<std::string> lines;
  for (const auto& [key, counts] : counts_) {
    std::string& line = lines.emplace_back(absl::StrCat(key.first, " ", key.second));
    for (int disposition = 1; disposition < v1::Disposition_ARRAYSIZE; ++disposition) {
      if (counts[disposition] == 0) continue;
      absl::StrAppend(&line, " ", Word(static_cast<v1::Disposition>(disposition)), "=",
                      counts[disposition]);
    }
  }
  return lines;
}

}  // namespace gather::server
