#ifndef GATHER_CLI_LINE_VIEWS_H_
#define GATHER_CLI_LINE_VIEWS_H_

#include <cstdio>
#include <map>
#include <string>

#include "cli/roster.h"
#include "cli/tally.h"
#include "cli/view.h"

// Views for what is no terminal.
namespace gather::cli {

// A line for each sub-call as it ends, its fields between tabs: index, id, target, method,
// disposition, how long it waited and ran, and its reply as JSON, or how it ended, in words.
class TextLines final : public View {
 public:
  // The roster outlives this.
  TextLines(const Roster* roster, std::FILE* out) : roster_(roster), out_(out) {}

  void OnOutcome(const v1::Outcome& outcome) override;
  void OnTick(absl::Duration elapsed) override;
  void OnEnd(const Conclusion& conclusion, absl::Duration elapsed) override;

 private:
  const Roster* const roster_;
  std::FILE* const out_;
};

// A line of JSON for each event, as gather.v1.GatherEvent: outcomes as they come, then the summary;
// {"error": …} where there is none. Replies stand in outcomes as JSON.
class JsonLines final : public View {
 public:
  JsonLines(const Roster* roster, std::FILE* out) : roster_(roster), out_(out) {}

  void OnOutcome(const v1::Outcome& outcome) override;
  void OnTick(absl::Duration elapsed) override;
  void OnEnd(const Conclusion& conclusion, absl::Duration elapsed) override;

 private:
  const Roster* const roster_;
  std::FILE* const out_;
};

// One document at the end, as gather.v1.GatherResponse, an outcome a line, in the order of the
// calls; with "error" where there is no summary.
class JsonDocument final : public View {
 public:
  JsonDocument(const Roster* roster, std::FILE* out) : roster_(roster), out_(out) {}

  void OnOutcome(const v1::Outcome& outcome) override;
  void OnEnd(const Conclusion& conclusion, absl::Duration elapsed) override;

 private:
  const Roster* const roster_;
  std::FILE* const out_;
  std::map<std::uint32_t, std::string> outcomes_;  // as JSON
};

// How a gather goes, for a log: once a second how far it has come, if it has many calls, and a line
// when it is over.
class LogLines final : public View {
 public:
  // The fewest calls of a gather whose progress is told.
  static constexpr std::size_t kMany = 1'000;

  LogLines(const Roster* roster, std::FILE* out) : roster_(roster), out_(out) {}

  void OnOutcome(const v1::Outcome& outcome) override { tally_.Add(outcome); }
  void OnTick(absl::Duration elapsed) override;
  void OnEnd(const Conclusion& conclusion, absl::Duration elapsed) override;

 private:
  const Roster* const roster_;
  std::FILE* const out_;
  Tally tally_;
  absl::Duration told_;  // when the last line was
};

}  // namespace gather::cli

#endif  // GATHER_CLI_LINE_VIEWS_H_
