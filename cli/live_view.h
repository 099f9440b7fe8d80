#ifndef GATHER_CLI_LIVE_VIEW_H_
#define GATHER_CLI_LIVE_VIEW_H_

#include <map>
#include <string>
#include <vector>

#include "cli/painter.h"
#include "cli/picture.h"
#include "cli/roster.h"
#include "cli/screen.h"
#include "cli/tally.h"
#include "cli/view.h"

namespace gather::cli {

// Draws a gather on a terminal: a picture of its sub-calls; for more than 100 of them, or than the
// terminal has lines, how far it has come. Keeps nothing of sub-calls beyond the first 100.
class LiveView final : public View {
 public:
  // The most sub-calls that have a line of their own.
  static constexpr std::size_t kMostLines = 100;

  struct Options {
    int descriptor = 1;        // of the terminal
    std::string title;         // stands above the picture
    bool with_replies = true;  // they follow the picture, if it has room for lines
  };

  // The roster outlives this.
  LiveView(const Roster* roster, Options options);

  void OnOutcome(const v1::Outcome& outcome) override;
  void OnTick(absl::Duration elapsed) override;
  void OnEnd(const Conclusion& conclusion, absl::Duration elapsed) override;

 private:
  bool has_lines() const { return roster_->size() <= kMostLines; }

  std::vector<std::string> Picture(absl::Duration elapsed) const;
  std::vector<std::string> ProgressLines(absl::Duration elapsed) const;

  // The replies, and what the picture had no room for.
  void AddTexts(std::vector<std::string>* lines) const;

  const Roster* const roster_;
  const Options options_;
  const Painter painter_;
  Screen screen_;
  Tally tally_;
  Outcomes outcomes_;                             // without replies
  std::map<std::uint32_t, std::string> replies_;  // as JSON
};

}  // namespace gather::cli

#endif  // GATHER_CLI_LIVE_VIEW_H_
