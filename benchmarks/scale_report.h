#ifndef BENCHMARKS_SCALE_REPORT_H_
#define BENCHMARKS_SCALE_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gather::benchmarks {

// What was seen with `x` of something, through one door. Medians over the rounds; nothing where a
// figure makes no sense.
struct ScaleLine {
  std::string what;
  std::int64_t x = 0;
  std::string door;
  std::optional<double> rate{};            // sub-calls a second
  std::optional<double> kilobytes_each{};  // more memory than before, of what `what` says
  std::optional<double> p50_microseconds{};
  std::optional<double> p99_microseconds{};
  // Seconds per 10,000 sub-calls.
  std::optional<double> client_cpu{};
  std::optional<double> gatherd_cpu{};
  std::optional<double> backend_cpu{};
  // To what `what` says, within a round.
  std::optional<double> ratio{};
  // By how much somebody else's gather took longer meanwhile; and the greatest of all rounds.
  std::optional<double> held_up_microseconds{};
  std::optional<double> held_up_greatest_microseconds{};
  std::int64_t errors = 0;
};

// Something that is asked for, and what was seen of it.
struct ScaleVerdict {
  std::string what;
  double at_most = 0;
  double measured = 0;

  bool met() const { return measured <= at_most; }
};

// What a run found, printed as it comes.
class ScaleReport {
 public:
  // Lines and verdicts that follow belong together.
  void Begin(const std::string& title);

  void Add(ScaleLine line);
  void Add(ScaleVerdict verdict);

  // Of all lines.
  std::int64_t errors() const;

  // The whole report for programs: an object with `machine`, `date`, `lines` and `targets`. What a
  // line has no figure of is left out.
  std::string ToJson() const;

  // Writes it there, in a directory that is made if need be; nowhere if that is empty. Whether it
  // could.
  bool Save(const std::string& file) const;

 private:
  std::vector<ScaleLine> lines_;
  std::vector<ScaleVerdict> verdicts_;
};

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_SCALE_REPORT_H_
