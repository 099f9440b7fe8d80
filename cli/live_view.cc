#include "cli/live_view.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/explanation.h"
#include "cli/method_types.h"
#include "cli/progress.h"
#include "cli/wording.h"

namespace gather::cli {
namespace {

Tone ToneOf(const Conclusion& conclusion) {
  if (ExitStatusOf(conclusion) == kSatisfied) return Tone::kGood;
  return conclusion.signal != 0 ? Tone::kStopped : Tone::kBad;
}

v1::Outcome WithoutReplies(const v1::Outcome& outcome) {
  v1::Outcome facts;
  facts.set_index(outcome.index());
  facts.set_id(outcome.id());
  facts.set_disposition(outcome.disposition());
  *facts.mutable_status() = outcome.status();
  facts.set_cause(outcome.cause());
  if (outcome.has_caused_by()) facts.set_caused_by(outcome.caused_by());
  facts.set_origin(outcome.origin());
  facts.set_delivery(outcome.delivery());
  if (outcome.has_timing()) *facts.mutable_timing() = outcome.timing();
  facts.set_from_fallback(outcome.from_fallback());
  return facts;
}

}  // namespace

LiveView::LiveView(const Roster* roster, Options options)
    : roster_(roster),
      options_(std::move(options)),
      painter_(HasColours(options_.descriptor)),
      screen_(options_.descriptor),
      outcomes_(has_lines() ? roster->size() : 0) {}

void LiveView::OnOutcome(const v1::Outcome& outcome) {
  tally_.Add(outcome);
  const std::uint32_t index = outcome.index();
  if (!has_lines()) return;
  outcomes_[index] = WithoutReplies(outcome);
  if (options_.with_replies && outcome.disposition() == v1::DISPOSITION_SUCCEEDED) {
    replies_[index] = RepliesToJson(outcome, roster_->types(index));
  }
}

std::vector<std::string> LiveView::Picture(absl::Duration elapsed) const {
  std::vector<std::string> lines =
      DrawPicture(*roster_, outcomes_, elapsed, screen_.columns(), painter_);
  lines.insert(lines.begin(), painter_.Paint(Tone::kBold, options_.title));
  return lines;
}

std::vector<std::string> LiveView::ProgressLines(absl::Duration elapsed) const {
  std::vector<std::string> lines =
      DrawProgress({&tally_, roster_->size(), elapsed}, *roster_, screen_.columns(), painter_);
  lines.insert(lines.begin(), painter_.Paint(Tone::kBold, options_.title));
  return lines;
}

void LiveView::OnTick(absl::Duration elapsed) {
  const bool fits = has_lines() && static_cast<int>(roster_->size()) + 3 <= screen_.rows();
  screen_.Show(fits ? Picture(elapsed) : ProgressLines(elapsed));
}

void LiveView::OnEnd(const Conclusion& conclusion, absl::Duration elapsed) {
  std::vector<std::string> lines;
  if (tally_.ended() > 0 || roster_->size() == 0) {
    lines = has_lines() ? Picture(elapsed) : ProgressLines(elapsed);
  }
  const std::string headline = Headline(conclusion, *roster_);
  lines.push_back(painter_.Paint(ToneOf(conclusion), OneLine(headline)));
  if (tally_.ended() > 0) lines.push_back(tally_.Counts());
  if (!has_lines()) {
    for (std::string& line : DrawTimes(tally_)) lines.push_back(std::move(line));
  }
  if (options_.with_replies) AddTexts(&lines);
  screen_.Show(lines);
}

void LiveView::AddTexts(std::vector<std::string>* lines) const {
  if (!has_lines()) {
    lines->emplace_back("replies of so many calls are not shown here: --output=jsonl has them");
    return;
  }
  bool first = true;
  const auto add = [&](std::uint32_t index, Tone tone, const std::string& text) {
    if (std::exchange(first, false)) lines->emplace_back();
    lines->push_back(absl::StrCat(painter_.Paint(Tone::kBold, OneLine(roster_->id(index))), "  ",
                                  painter_.Paint(tone, OneLine(text))));
  };
  const std::size_t room = RoomForTexts(*roster_, screen_.columns());
  for (std::uint32_t i = 0; i < outcomes_.size(); ++i) {
    if (!outcomes_[i].has_value()) continue;
    const auto reply = replies_.find(i);
    if (reply != replies_.end()) add(i, Tone::kPlain, reply->second);
    const std::string why =
        Explain(*outcomes_[i], [this](std::uint32_t index) { return roster_->Name(index); });
    if (Width(why) > room) add(i, ToneOf(outcomes_[i]->disposition()), why);
  }
}

}  // namespace gather::cli
