// Plays every timeline of docs/semantics.md to the engine, with scripted attempts and a scripted
// clock, and compares what became of each sub-call, why, and when.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/async/time.h"
#include "engine/attempt.h"
#include "engine/gather_run.h"
#include "engine/outcome.h"
#include "gather/v1/gather.pb.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/docs/picture.h"
#include "tests/engine/gather_run_fixture.h"

namespace gather::docs {

void PrintTo(const Picture& picture, std::ostream* out) {
  *out << picture.heading << ", line " << picture.line;
}

}  // namespace gather::docs

namespace gather::engine {
namespace {

using docs::Bar;
using docs::Event;
using docs::Picture;
using docs::Remark;

constexpr milliseconds kColumn{10};

const std::vector<Picture>& Pictures() {
  static std::vector<std::string> errors;
  static const std::vector<Picture> pictures = docs::ReadPictures("docs/semantics.md", &errors);
  for (const std::string& error : errors) ADD_FAILURE() << error;
  return pictures;
}

// The code that is named; `otherwise` if none is.
int CodeIn(const Remark& remark, int otherwise) {
  for (int code = 1; code <= 16; ++code) {
    const auto named = static_cast<absl::StatusCode>(code);
    if (remark.Has(absl::StatusCodeToString(named))) return code;
  }
  return otherwise;
}

v1::Cause CauseIn(const Remark& remark) {
  v1::Cause cause = v1::CAUSE_UNSPECIFIED;
  for (const std::string& word : remark.words) {
    v1::Cause_Parse(absl::StrCat("CAUSE_", word), &cause);
  }
  return cause;
}

// The code that goes without saying.
int CodeOf(const Remark& remark) {
  const bool expired = remark.Has("GATHER_DEADLINE") || remark.what == "DEADLINE_EXCEEDED";
  if (expired) return 4;
  return remark.what == "CANCELLED" || remark.what == "NOT_STARTED" ? 1 : 0;
}

class PictureTest : public GatherRunTest, public ::testing::WithParamInterface<Picture> {
 protected:
  const Picture& picture() const { return GetParam(); }
  const Bar& bar(std::size_t index) const { return picture().bars[index]; }

  int LastColumn() const {
    int last = picture().decided;
    for (const Bar& bar : picture().bars) last = std::max(last, bar.ended);
    return last;
  }

  void Play() {
    Begin();
    for (int column = 0; column <= LastColumn(); ++column) {
      if (column > 0) Advance(kColumn);
      PlayColumn(column);
      Settle();
      while (seen_ < outcomes_.size()) {
        const std::uint32_t index = outcomes_[seen_++].first;
        streamed_.push_back({column, absl::StrCat(index)});
      }
      if (answered() && answered_at_ < 0) {
        answered_at_ = column;
        streamed_.push_back({column, "Σ"});
      }
    }
  }

  int answered_at_ = -1;
  std::vector<Event> streamed_;

 private:
  void Begin() {
    if (picture().kind == "group") {
      v1::Open open;
      ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(picture().asked, &open));
      run_ = Open(picture().asked, TimeoutOf(open));
      return;
    }
    auto request = std::make_unique<v1::GatherRequest>();
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(picture().asked, request.get()));
    const auto calls = static_cast<int>(picture().bars.size());
    while (request->calls_size() < calls) request->add_calls();
    request->mutable_defaults()->set_target("users");
    request->mutable_defaults()->set_method("/S/M");
    const Duration timeout = TimeoutOf(*request);
    const RunKind kind = picture().kind == "stream" ? RunKind::kStreamed : RunKind::kTogether;
    run_ = StartRequest(std::move(request), timeout, kind);
  }

  template <typename Asked>
  static Duration TimeoutOf(const Asked& asked) {
    if (!asked.has_timeout()) return Duration::max();
    return std::chrono::nanoseconds(asked.timeout().nanos());
  }

  void PlayColumn(int column) {
    for (const Bar& bar : picture().bars) {
      if (picture().kind == "group" && bar.added == column) Add(run_);
    }
    Settle();
    for (std::size_t i = 0; i < picture().bars.size(); ++i) {
      if (bar(i).ended == column && bar(i).started) End(static_cast<std::uint32_t>(i));
    }
    Settle();
    for (const Event& event : picture().caller) {
      if (event.column == column) Do(event.what);
    }
  }

  // What the backend answers; nothing where the gather is to stop the sub-call.
  void End(std::uint32_t index) {
    const Bar& drawn = bar(index);
    if (drawn.end == 's') return;
    ASSERT_TRUE(invoker_.IsOutstanding(index)) << "sub-call " << index << " does not run";
    if (drawn.end == 'o') return Succeed(index);
    if (CauseIn(drawn.remark) != v1::CAUSE_SUB_CALL_DEADLINE) {
      return Fail(index, CodeIn(drawn.remark, 13));
    }
    AttemptResult expired;
    expired.code = 4;
    expired.origin = v1::ORIGIN_ORCHESTRATOR;
    expired.delivery = v1::DELIVERY_EFFECT_UNKNOWN;
    invoker_.Find(index)->Complete(std::move(expired));
  }

  void Do(absl::string_view what) {
    if (what == "cancels") return run_->Cancel(v1::CAUSE_CALLER);
    if (what == "ends early") return run_->EndEarly();
    if (absl::ConsumePrefix(&what, "cancels ")) return run_->CancelCall(what);
    ASSERT_EQ(what, "joins");
    EXPECT_FALSE(run_->Seal().has_value());
  }

  GatherRun* run_ = nullptr;
  std::size_t seen_ = 0;
};

TEST_P(PictureTest, ShowsWhatBecomesOfEachSubCall) {
  Play();
  for (std::uint32_t i = 0; i < picture().bars.size(); ++i) {
    const Remark& drawn = bar(i).remark;
    const Outcome& is = outcome(i);
    EXPECT_EQ(v1::Disposition_Name(is.disposition), absl::StrCat("DISPOSITION_", drawn.what)) << i;
    EXPECT_EQ(is.cause, CauseIn(drawn)) << i;
    EXPECT_EQ(is.caused_by, drawn.by) << i;
    EXPECT_EQ(is.status ? is.status->code() : 0, CodeIn(drawn, CodeOf(drawn))) << i;
    EXPECT_EQ(is.from_fallback, drawn.Has("from_fallback")) << i;
  }
}

TEST_P(PictureTest, ShowsWhenEachSubCallRuns) {
  Play();
  for (std::uint32_t i = 0; i < picture().bars.size(); ++i) {
    const Bar& drawn = bar(i);
    const Timing& timing = outcome(i).timing;
    EXPECT_EQ(timing.attempts > 0, drawn.started.has_value()) << i;
    if (drawn.started) {
      EXPECT_EQ(timing.started, (*drawn.started - drawn.added) * kColumn) << i;
    }
    const int ended = drawn.detached ? 0 : drawn.ended - drawn.added;
    EXPECT_EQ(timing.finished, ended * kColumn) << i;
  }
}

TEST_P(PictureTest, ShowsTheDecision) {
  Play();
  const v1::Decision& decision = answer().decision;
  const Remark& drawn = picture().decision;
  EXPECT_EQ(v1::Verdict_Name(decision.verdict()), absl::StrCat("VERDICT_", drawn.what));
  EXPECT_EQ(decision.status().code(), CodeIn(drawn, CodeOf(drawn)));
  EXPECT_EQ(decision.has_decided_by(), drawn.by.has_value());
  EXPECT_EQ(decision.decided_by(), drawn.by.value_or(0));
  EXPECT_EQ(answered_at_, picture().decided);
}

TEST_P(PictureTest, ShowsWhatIsStreamedAndWhatIsLogged) {
  Play();
  for (std::size_t i = 0; i < picture().stream.size(); ++i) {
    ASSERT_LT(i, streamed_.size());
    EXPECT_EQ(streamed_[i].what, picture().stream[i].what);
    EXPECT_EQ(streamed_[i].column, picture().stream[i].column);
  }
  std::size_t logged = 0;
  for (const Bar& drawn : picture().bars) {
    if (drawn.detached && drawn.end == 'x') ++logged;
  }
  EXPECT_EQ(detached_failures_.size(), logged);
}

INSTANTIATE_TEST_SUITE_P(Semantics, PictureTest, ::testing::ValuesIn(Pictures()));

TEST(PicturesTest, AreThere) { EXPECT_FALSE(Pictures().empty()); }

}  // namespace
}  // namespace gather::engine
