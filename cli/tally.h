#ifndef GATHER_CLI_TALLY_H_
#define GATHER_CLI_TALLY_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cli/histogram.h"
#include "gather/v1/gather.pb.h"

namespace gather::cli {

// What became of the sub-calls so far, however many they are: bounded memory.
class Tally {
 public:
  // Failures that read alike.
  struct Kind {
    std::string text;  // "NOT_FOUND: there is no user"
    std::uint64_t count = 0;
    std::uint32_t first = 0;  // the index of the first that came
  };

  void Add(const v1::Outcome& outcome);

  std::uint64_t ended() const { return ended_; }
  std::uint64_t count(v1::Disposition disposition) const;

  // FAILED and REJECTED.
  std::uint64_t failed() const;

  // "2 succeeded, 1 failed"; dispositions that did not come about are left out.
  std::string Counts() const;

  // The most frequent first, at most so many.
  std::vector<Kind> Kinds(std::size_t most) const;

  // Those in kinds beyond the 100th that came.
  std::uint64_t other_failures() const { return other_failures_; }

  // Of those that were sent and ended: how long they waited, and ran.
  const Histogram& waited() const { return waited_; }
  const Histogram& ran() const { return ran_; }

 private:
  std::map<int, std::uint64_t> counts_;
  std::uint64_t ended_ = 0;
  std::map<std::string, Kind> kinds_;
  std::uint64_t other_failures_ = 0;
  Histogram waited_;
  Histogram ran_;
};

}  // namespace gather::cli

#endif  // GATHER_CLI_TALLY_H_
