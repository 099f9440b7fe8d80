#ifndef GATHER_EXAMPLES_CHECKS_H_
#define GATHER_EXAMPLES_CHECKS_H_

#include <string>

namespace demo {

// Prints what was expected and whether it holds, and remembers what did not.
//
//   Checks checks;
//   checks.Title("The first failure cancels the rest");
//   checks.Expect(status.code() == absl::StatusCode::kUnavailable, "the gather fails");
//   return checks.exit_status();
class Checks {
 public:
  void Title(const std::string& title);
  void Expect(bool holds, const std::string& expectation);

  // 0 when everything held, else 1.
  int exit_status() const { return failed_ ? 1 : 0; }

 private:
  bool failed_ = false;
};

}  // namespace demo

#endif  // GATHER_EXAMPLES_CHECKS_H_
