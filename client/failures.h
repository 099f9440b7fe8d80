#ifndef GATHER_CLIENT_FAILURES_H_
#define GATHER_CLIENT_FAILURES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gather/outcome_facts.h"

namespace gather {

// One sub-call's real failure.
struct Failure {
  std::uint32_t index = 0;
  std::string id;
  absl::Status status;
  Origin origin = Origin::kUnspecified;
  Delivery delivery = Delivery::kUnspecified;
};

// All real failures of a gather, read from the status that it gave; as an ExceptionGroup with
// except*. Siblings that the gather cancelled are not among them.
//
//   gather::Failures failures = gather::Failures::From(result.status());
//   for (const gather::Failure& missing : failures.Take(absl::StatusCode::kNotFound)) …;
//   if (!failures.empty()) return failures.first()->status;
//
// A plain value.
class Failures {
 public:
  using const_iterator = std::vector<Failure>::const_iterator;

  // Empty for a status that names none: OK, a refusal, a lost answer.
  static Failures From(const absl::Status& status);

  // The failures in request order.
  const_iterator begin() const { return failures_.begin(); }
  const_iterator end() const { return failures_.end(); }
  std::size_t size() const { return failures_.size(); }
  bool empty() const { return failures_.empty(); }

  // The failure that gave the status its code: the first in time of those that count, or the one
  // that decided alone. The first in request order where it is not (or no longer) listed. Null when
  // empty. Valid until Take() or destruction.
  const Failure* first() const;

  // Removes and returns those of that code.
  Failures Take(absl::StatusCode code);

 private:
  std::vector<Failure> failures_;
  std::optional<std::uint32_t> first_;  // by its index
};

}  // namespace gather

#endif  // GATHER_CLIENT_FAILURES_H_
