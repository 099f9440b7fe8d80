#include "cli/gathering.h"

#include <poll.h>

#include <chrono>
#include <cstdint>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cli/feed.h"
#include "cli/interrupts.h"
#include "cli/wording.h"
#include "gather/duration.h"
#include "gather/lost_outcome.h"

namespace gather::cli {
namespace {

// How often views draw.
constexpr int kTickMs = 66;

// How much longer than its timeout an answer may take.
constexpr absl::Duration kPatience = absl::Seconds(5);

// One gather on its way.
class Gathering {
 public:
  Gathering(const Client& client, v1::GatherRequest request,
            std::vector<std::pair<std::string, std::string>> metadata, const Roster& roster,
            const std::vector<std::unique_ptr<View>>& views)
      : roster_(roster),
        views_(views),
        patience_(request.has_timeout() ? internal::FromProto(request.timeout()) + kPatience
                                        : absl::InfiniteDuration()),
        heard_(roster.size()),
        feed_(client, std::move(request), std::move(metadata)) {}

  Conclusion Run() {
    while (!feed_.end().has_value()) {
      pollfd ready[] = {{feed_.descriptor(), POLLIN, 0}, {interrupts_.descriptor(), POLLIN, 0}};
      // Once it has been heard, a signal stays.
      poll(ready, signal_ == 0 ? 2 : 1, kTickMs);
      if (signal_ == 0 && interrupts_.signal() != 0) {
        signal_ = interrupts_.signal();
        feed_.Cancel();
      }
      if (elapsed() > patience_ && !std::exchange(gave_up_, true)) feed_.Cancel();
      for (const v1::Outcome& outcome : feed_.Take()) Tell(outcome);
      Tick();
    }
    Conclusion conclusion = Conclude(*feed_.end());
    for (const auto& view : views_) view->OnEnd(conclusion, elapsed());
    return conclusion;
  }

 private:
  absl::Duration elapsed() const {
    return absl::FromChrono(std::chrono::steady_clock::now() - start_);
  }

  void Tell(const v1::Outcome& outcome) {
    if (outcome.index() >= heard_.size() || heard_[outcome.index()]) return;
    heard_[outcome.index()] = true;
    ++heard_of_;
    for (const auto& view : views_) view->OnOutcome(outcome);
  }

  void Tick() {
    const absl::Duration now = elapsed();
    if (now - ticked_ < absl::Milliseconds(kTickMs)) return;
    ticked_ = now;
    for (const auto& view : views_) view->OnTick(now);
  }

  Conclusion Conclude(internal::OutcomeStreamEnd end) {
    Conclusion conclusion{std::move(end.summary), std::move(end.lost), signal_};
    if (conclusion.summary.has_value()) return conclusion;
    if (gave_up_ && signal_ == 0) {
      conclusion.lost = absl::DeadlineExceededError(
          absl::StrCat("no answer within ", Span(patience_), ", the timeout and a little more"));
    }
    // Of a gather that was never taken on there is one thing to say, not one of each call.
    if (heard_of_ == 0 && signal_ == 0) return conclusion;
    for (std::uint32_t i = 0; i < heard_.size(); ++i) {
      if (!heard_[i]) Tell(internal::LostOutcome(conclusion.lost, end.fate, roster_.sent(), i));
    }
    return conclusion;
  }

  const Roster& roster_;
  const std::vector<std::unique_ptr<View>>& views_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  const absl::Duration patience_;
  absl::Duration ticked_;
  std::vector<bool> heard_;  // by index
  std::size_t heard_of_ = 0;
  int signal_ = 0;
  bool gave_up_ = false;
  const Interrupts interrupts_;
  Feed feed_;  // the last member: the gather starts with the others there
};

}  // namespace

Conclusion RunGather(const Client& client, v1::GatherRequest request,
                     std::vector<std::pair<std::string, std::string>> metadata,
                     const Roster& roster, const std::vector<std::unique_ptr<View>>& views) {
  return Gathering(client, std::move(request), std::move(metadata), roster, views).Run();
}

}  // namespace gather::cli
