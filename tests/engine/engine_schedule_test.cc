// Many gathers in random interleavings of completion, cancel, deadline and shutdown: each answers
// exactly once, and every slot is explained.
//
// A failure names its seed; GATHER_SCHEDULE_SEED=<seed> runs that one alone.

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/async/event_queue.h"
#include "engine/async/time.h"
#include "engine/async/worker.h"
#include "engine/attempt.h"
#include "engine/duration.h"
#include "engine/engine.h"
#include "engine/gather_run.h"
#include "engine/limits/admission.h"
#include "engine/limits/buffered_bytes.h"
#include "engine/limits/memory_gauge.h"
#include "engine/limits/target_permits.h"
#include "engine/outcome.h"
#include "engine/refusal.h"
#include "engine/target.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/engine/slot_check.h"
#include "tests/support/fake_invoker.h"
#include "tests/support/fake_queue.h"

namespace gather::testing {
namespace {

using engine::Answer;
using engine::AttemptResult;
using std::chrono::milliseconds;

// One gather of a schedule: what was asked, what its backends did, what came out.
struct Gather final : engine::AnswerSink {
  void OnAnswer(Answer answer) override {
    ++answers;
    last = std::move(answer);
    run = nullptr;
  }

  engine::GatherRun* run = nullptr;  // until it has answered
  bool refused = false;
  std::uint32_t limit = 0;
  std::vector<AttemptTruth> truths;
  int answers = 0;
  Answer last;
};

class Schedule {
 public:
  explicit Schedule(std::uint32_t seed) : random_(seed) {
    auto options = std::make_shared<engine::EngineOptions>();
    options->targets = *engine::TargetTable::Create({{"users", "h:1"}});
    options->max_response_bytes = Chance(4) ? 10 : 1000;
    DrawLimits(options.get());
    engine_.emplace(&worker_, &invoker_, std::move(options));
    if (Chance(2)) invoker_.IgnoreCancels();
    invoker_.SetScript([this](FakeAttempt& attempt) { return OnStart(attempt); });
    invoker_.SetListener([this](const FakeAttempt& attempt, const AttemptResult& result) {
      OnResult(attempt, result);
    });
  }

  // The first fault, in words; empty: none.
  std::string Run() {
    const std::size_t steps = 4 + Below(24);
    for (std::size_t step = 0; step < steps && fault_.empty(); ++step) Step();
    Finish();
    for (const auto& gather : gathers_) Check(*gather);
    gathers_.clear();
    CheckEverythingIsBack();
    return fault_;
  }

 private:
  // Few permits, little room, few gathers; or none of these limits.
  void DrawLimits(engine::EngineOptions* options) {
    if (Chance(2)) {
      engine::Target target;
      target.name = "users";
      target.channel.address = "h:1";
      target.channel.max_reply_bytes = 8;
      target.limits.max_in_flight = static_cast<std::uint32_t>(1 + Below(4));
      target.limits.max_queued = static_cast<std::uint32_t>(1 + Below(20));
      options->targets = *engine::TargetTable::FromTargets({std::move(target)}, nullptr);
      permits_ = options->targets.Find("users")->permits;
    }
    if (Chance(3)) {
      buffered_ =
          std::make_shared<engine::BufferedBytes>(engine::BufferLimits{Below(40), 1 + Below(60)});
      options->limits.buffered = buffered_;
    }
    if (Chance(3)) {
      admission_ = std::make_shared<engine::Admission>(
          engine::AdmissionLimits{static_cast<std::uint32_t>(1 + Below(6)),
                                  static_cast<std::uint32_t>(10 + Below(40))},
          &gauge_);
      options->limits.admission = admission_;
    }
  }

  void CheckEverythingIsBack() {
    if (permits_ != nullptr && permits_->snapshot().held > 0) SetFault("a permit is held");
    if (permits_ != nullptr && permits_->snapshot().waiting > 0) SetFault("somebody waits");
    if (buffered_ != nullptr && buffered_->snapshot().bytes > 0) SetFault("bytes are reserved");
    if (admission_ == nullptr) return;
    if (admission_->snapshot().gathers > 0) SetFault("a gather is counted");
    if (admission_->snapshot().sub_calls > 0) SetFault("a sub-call is counted");
  }

  std::size_t Below(std::size_t bound) { return random_() % bound; }
  bool Chance(std::size_t of) { return Below(of) == 0; }
  void SetFault(const std::string& fault) {
    if (fault_.empty()) fault_ = fault;
  }

  // What happens between two looks of the worker at its queue.
  void Step() {
    for (std::size_t i = 1 + Below(4); i > 0; --i) {
      switch (Below(8)) {
        case 0:
        case 1:
          worker_.Post([this] { Start(); });
          break;
        case 2:
          worker_.Post([this] { CancelOne(); });
          break;
        case 3:
          queue_->Advance(milliseconds(Below(25)));
          break;
        case 4:
          if (Chance(6)) worker_.Post([this] { ShutDown(); });
          break;
        default:
          CompleteOne();
      }
    }
    if (!Chance(3)) worker_.RunUntilIdleForTest();
  }

  void Start() {
    auto request = MakeRequest();
    gathers_.push_back(std::make_unique<Gather>());
    Gather* const gather = gathers_.back().get();
    gather->truths.resize(request->calls_size());
    gather->limit = request->max_concurrency();
    const engine::Time deadline =
        Chance(3) ? worker_.now() + milliseconds(1 + Below(60)) : engine::kNever;
    auto started = engine_->Start(std::move(request), {"id", deadline}, gather);
    if (std::holds_alternative<engine::GatherRun*>(started)) {
      gather->run = std::get<engine::GatherRun*>(started);
    } else {
      gather->refused = true;
    }
    if (gather->answers > 0) SetFault("answered inside Start()");
  }

  std::unique_ptr<v1::GatherRequest> MakeRequest() {
    auto request = std::make_unique<v1::GatherRequest>();
    const bool collect = Chance(2);
    request->mutable_policy()->set_mode(collect ? v1::MODE_COLLECT : v1::MODE_FAIL_FAST);
    request->set_max_concurrency(1 + static_cast<std::uint32_t>(Below(5)));
    if (Chance(3)) engine::ToProto(milliseconds(1 + Below(60)), request->mutable_timeout());
    request->mutable_defaults()->set_method(absl::StrCat("/S/", gathers_.size()));
    request->mutable_defaults()->set_target("users");
    for (std::size_t calls = Below(Chance(20) ? 80 : 7); calls > 0; --calls) {
      v1::SubCall* const call = request->add_calls();
      if (Chance(4)) engine::ToProto(milliseconds(1 + Below(40)), call->mutable_timeout());
      if (Chance(5)) call->set_requirement(v1::REQUIREMENT_OPTIONAL);
      if (Chance(5)) call->set_requirement(v1::REQUIREMENT_REQUIRED);
      if (Chance(6)) call->mutable_fallback()->set_response("instead");
      if (call->has_fallback() && Chance(2)) call->mutable_fallback()->add_codes(5);
      if (collect && Chance(12)) call->set_target("nobody");
    }
    return request;
  }

  // The attempt's method names its gather.
  Gather& GatherOf(const FakeAttempt& attempt) {
    return *gathers_[std::strtoul(attempt.method().c_str() + 3, nullptr, 10)];
  }

  std::optional<AttemptResult> OnStart(FakeAttempt& attempt) {
    Gather& gather = GatherOf(attempt);
    AttemptTruth& truth = gather.truths[attempt.slot()];
    if (truth.started) SetFault("a sub-call was started twice");
    if (gather.answers > 0) SetFault("a sub-call was started after the answer");
    truth.started = true;
    std::uint32_t outstanding = 0;
    for (const FakeAttempt* other : invoker_.Outstanding()) {
      if (other->method() == attempt.method()) ++outstanding;
    }
    if (outstanding > gather.limit) SetFault("more sub-calls in flight than the limit");
    if (Chance(10)) queue_->Advance(milliseconds(Below(10)));
    if (!Chance(5)) return std::nullopt;
    return MakeResult();
  }

  void OnResult(const FakeAttempt& attempt, const AttemptResult& result) {
    Gather& gather = GatherOf(attempt);
    if (gather.answers > 0) return;  // too late to be told
    gather.truths[attempt.slot()].code = result.code;
    gather.truths[attempt.slot()].message = result.message;
  }

  AttemptResult MakeResult() {
    constexpr std::array kCodes = {1, 4, 5, 13};
    if (Chance(2)) return Reply(std::string(Below(6), 'x'));
    if (Chance(5)) return TransportFailure("Socket closed", Chance(2));
    return BackendFailure(kCodes[Below(kCodes.size())], absl::StrCat("failure ", Below(1000)));
  }

  void CompleteOne() {
    const std::vector<FakeAttempt*> attempts = invoker_.Outstanding();
    if (!attempts.empty()) attempts[Below(attempts.size())]->Complete(MakeResult());
  }

  void CancelOne() {
    if (gathers_.empty()) return;
    Gather& gather = *gathers_[Below(gathers_.size())];
    if (gather.run != nullptr) gather.run->Cancel(v1::CAUSE_CALLER);
  }

  void ShutDown() {
    engine_->Drain();
    engine_->CancelAll(v1::CAUSE_SHUTDOWN);
  }

  void Finish() {
    worker_.RunUntilIdleForTest();
    constexpr int kEnough = 1000;
    for (int round = 0; !engine_->idle() && round < kEnough; ++round) {
      CompleteOne();
      if (Chance(4)) queue_->Advance(milliseconds(Below(40)));
      for (const auto& gather : gathers_) gather->last.held = engine::HeldBytes();  // sent
      worker_.RunUntilIdleForTest();
    }
    if (!engine_->idle()) SetFault("a gather never ended");
  }

  void Check(const Gather& gather) {
    if (gather.answers != (gather.refused ? 0 : 1)) {
      return SetFault(absl::StrCat(gather.answers, " answers"));
    }
    if (gather.refused) return;
    const Answer& answer = gather.last;
    SetFault(FindAnswerFault(answer));
    for (std::size_t slot = 0; slot < answer.outcomes.size(); ++slot) {
      const std::string fault = FindSlotFault(answer.outcomes[slot], answer.plan.calls[slot],
                                              answer.decision, gather.truths[slot]);
      if (!fault.empty()) SetFault(absl::StrCat("slot ", slot, ": ", fault));
    }
  }

  std::mt19937 random_;
  FakeQueue* const queue_ = new FakeQueue;
  engine::Worker worker_{std::unique_ptr<engine::EventQueue>(queue_)};
  FakeInvoker invoker_{queue_};
  std::shared_ptr<engine::TargetPermits> permits_;
  std::shared_ptr<engine::BufferedBytes> buffered_;
  engine::MemoryGauge gauge_{[] { return 0; }, [] {}};
  std::shared_ptr<engine::Admission> admission_;
  std::optional<engine::Engine> engine_;
  std::vector<std::unique_ptr<Gather>> gathers_;
  std::string fault_;
};

constexpr std::uint32_t kSchedules = 20'000;

std::uint32_t OnlySeed() {
  const char* const seed = std::getenv("GATHER_SCHEDULE_SEED");
  return seed == nullptr ? 0 : static_cast<std::uint32_t>(std::strtoul(seed, nullptr, 10));
}

// semantics 5, 6
TEST(EngineScheduleTest, EveryGatherAnswersOnceWithEverySlotExplained) {
  const std::uint32_t only = OnlySeed();
  const std::uint32_t first = only == 0 ? 1 : only;
  const std::uint32_t last = only == 0 ? kSchedules : only;
  for (std::uint32_t seed = first; seed <= last; ++seed) {
    ASSERT_EQ(Schedule(seed).Run(), "") << "GATHER_SCHEDULE_SEED=" << seed;
  }
}

}  // namespace
}  // namespace gather::testing
