#include "cli/line_views.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/explanation.h"
#include "cli/method_types.h"
#include "cli/progress.h"
#include "cli/wording.h"
#include "gather/duration.h"
#include "gather/lost_outcome.h"

namespace gather::cli {
namespace {

void Write(const std::string& text, std::FILE* out) {
  std::fwrite(text.data(), 1, text.size(), out);
}

// What stands in JSON where there is no summary.
std::string ErrorJson(const Conclusion& conclusion) {
  return ToJson(internal::ToProto(conclusion.lost));
}

}  // namespace

void TextLines::OnOutcome(const v1::Outcome& outcome) {
  const std::uint32_t index = outcome.index();
  const v1::Timing& timing = outcome.timing();
  std::string waited = "-";
  std::string ran = "-";
  if (outcome.has_timing() && outcome.disposition() != v1::DISPOSITION_DETACHED) {
    const absl::Duration finished = internal::FromProto(timing.finished());
    const absl::Duration started =
        timing.has_started() ? internal::FromProto(timing.started()) : finished;
    waited = Span(started);
    if (timing.has_started()) ran = Span(finished - started);
  }
  std::vector<std::string> texts;
  if (outcome.disposition() == v1::DISPOSITION_SUCCEEDED) {
    texts.push_back(RepliesToJson(outcome, roster_->types(index)));
  }
  std::string words =
      Explain(outcome, [this](std::uint32_t other) { return roster_->Name(other); });
  if (!words.empty()) texts.push_back(std::move(words));
  const std::string fields[] = {absl::StrCat(index),
                                roster_->id(index),
                                roster_->target(index),
                                roster_->method(index),
                                ToString(outcome.disposition()),
                                waited,
                                ran,
                                absl::StrJoin(texts, "  ")};
  Write(absl::StrCat(absl::StrJoin(fields, "\t",
                                   [](std::string* out, const std::string& field) {
                                     out->append(OneLine(field));
                                   }),
                     "\n"),
        out_);
}

void TextLines::OnTick(absl::Duration /*elapsed*/) { std::fflush(out_); }

void TextLines::OnEnd(const Conclusion& /*conclusion*/, absl::Duration /*elapsed*/) {
  std::fflush(out_);
}

void JsonLines::OnOutcome(const v1::Outcome& outcome) {
  Write(
      absl::StrCat("{\"outcome\":", OutcomeToJson(outcome, roster_->types(outcome.index())), "}\n"),
      out_);
}

void JsonLines::OnTick(absl::Duration /*elapsed*/) { std::fflush(out_); }

void JsonLines::OnEnd(const Conclusion& conclusion, absl::Duration /*elapsed*/) {
  Write(conclusion.summary ? absl::StrCat("{\"summary\":", ToJson(*conclusion.summary), "}\n")
                           : absl::StrCat("{\"error\":", ErrorJson(conclusion), "}\n"),
        out_);
  std::fflush(out_);
}

void JsonDocument::OnOutcome(const v1::Outcome& outcome) {
  outcomes_[outcome.index()] = OutcomeToJson(outcome, roster_->types(outcome.index()));
}

void JsonDocument::OnEnd(const Conclusion& conclusion, absl::Duration /*elapsed*/) {
  std::string text = "{\"outcomes\":[";
  absl::string_view before = "\n";
  for (const auto& [index, json] : outcomes_) {
    absl::StrAppend(&text, before, json);
    before = ",\n";
  }
  absl::StrAppend(&text, outcomes_.empty() ? "]" : "\n]");
  if (conclusion.summary.has_value()) {
    absl::StrAppend(&text, ",\n\"decision\":", ToJson(conclusion.summary->decision()),
                    ",\n\"summary\":", ToJson(*conclusion.summary), "}\n");
  } else {
    absl::StrAppend(&text, ",\n\"error\":", ErrorJson(conclusion), "}\n");
  }
  Write(text, out_);
  std::fflush(out_);
}

void LogLines::OnTick(absl::Duration elapsed) {
  if (roster_->size() < kMany || elapsed - told_ < absl::Seconds(1)) return;
  told_ = elapsed;
  Write(absl::StrCat("gatherctl: ", ProgressLine({&tally_, roster_->size(), elapsed}), "\n"), out_);
}

void LogLines::OnEnd(const Conclusion& conclusion, absl::Duration /*elapsed*/) {
  const std::string counts =
      tally_.ended() > 0 ? absl::StrCat(" (", tally_.Counts(), ")") : std::string();
  Write(absl::StrCat("gatherctl: ", OneLine(Headline(conclusion, *roster_)), counts, "\n"), out_);
}

}  // namespace gather::cli
