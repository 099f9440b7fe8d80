#ifndef GATHER_SERVER_CALL_TALLY_H_
#define GATHER_SERVER_CALL_TALLY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "gather/v1/gather.pb.h"

namespace gather::server {

// What became of one gather's sub-calls, by target and method. Its size does not grow with the
// gather: beyond 100 pairs sub-calls are only counted.
class CallTally {
 public:
  static constexpr std::size_t kMaxPairs = 100;

  void Add(absl::string_view target, absl::string_view method, v1::Disposition disposition);

  // "users /demo.Users/Get SUCCEEDED=2 FAILED=1", by target and method.
  std::vector<std::string> Lines() const;

  // How many sub-calls are in none of them.
  std::uint64_t left_out() const { return left_out_; }

 private:
  using Counts = std::array<std::uint64_t, v1::Disposition_ARRAYSIZE>;

  std::map<std::pair<std::string, std::string>, Counts> counts_;
  std::uint64_t left_out_ = 0;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_CALL_TALLY_H_
