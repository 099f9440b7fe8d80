#ifndef GATHER_TESTS_ENGINE_GATHER_SCHEDULE_H_
#define GATHER_TESTS_ENGINE_GATHER_SCHEDULE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/async/event_queue.h"
#include "engine/async/worker.h"
#include "engine/attempt.h"
#include "engine/engine.h"
#include "engine/gather_run.h"
#include "engine/limits/target_permits.h"
#include "engine/outcome.h"
#include "gather/v1/gather.pb.h"
#include "tests/engine/drawn_gather.h"
#include "tests/engine/gather_witness.h"
#include "tests/support/fake_invoker.h"
#include "tests/support/fake_queue.h"

namespace gather::testing {

// An outcome as the wire has it, with PayloadOf() it as its response, and without the details of
// its status: those hold maps, which are not always written alike.
v1::Outcome ToComparable(const engine::Outcome& outcome, std::uint32_t index, absl::string_view id);

// One gather in one interleaving, both drawn from a seed: completions, cancels from every side,
// deadlines, adds, ends, a slow reader, shutdown; on a scripted clock, with scripted attempts. The
// same seed always gives the same, and the same for kStreamed and kTogether.
class GatherSchedule {
 public:
  enum class Form : std::uint8_t { kStreamed, kGroup, kTogether };

  GatherSchedule(std::uint32_t seed, Form form);
  GatherSchedule(const GatherSchedule&) = delete;
  GatherSchedule& operator=(const GatherSchedule&) = delete;
  ~GatherSchedule();

  // To its end. The first fault, in words; empty: none. Of kTogether, whose outcomes nobody
  // witnesses, only that it ends.
  std::string Run();

  // Collects in words what happens. Before Run().
  void Trace() { traced_ = true; }
  const std::vector<std::string>& trace() const { return trace_; }

  // After Run(): null when the gather was refused as a whole.
  const engine::Answer* answer() const { return answer_ ? &*answer_ : nullptr; }

  // Of kStreamed and kGroup, in the order in which they came.
  const std::vector<v1::Outcome>& outcomes() const { return outcomes_; }

 private:
  class Sink;
  using Act = std::function<void(engine::GatherRun*)>;

  bool witnessed() const { return form_ != Form::kTogether; }

  // `what` gives a text, if one is wanted.
  template <typename What>
  void Note(const What& what) {
    if (traced_) Write(what());
  }
  void Write(absl::string_view what);
  void SetFault(const std::string& fault);

  void Start();
  void StartRequest();
  void StartGroup();
  void Begin(const v1::Policy& policy, std::uint32_t max_concurrency, engine::Time deadline);

  std::uint32_t DrawSize();

  void Step();
  void Meanwhile();
  void DoorStep();
  void GroupStep();
  void OnDoor(const Act& act);
  void Pause(bool paused);
  void Cancel();
  void Add();
  void CancelCall();
  void Seal();
  void EndEarly();
  void ShutDown();
  void OthersDetach();
  void OthersHold();
  void OthersLetGo();
  void BringOne();
  void CompleteOne();
  void Advance(std::uint32_t milliseconds);
  void Rest();
  void Finish();
  void EndGroup();
  void CheckEverythingIsBack();

  std::optional<engine::AttemptResult> OnStart(FakeAttempt& attempt);
  void OnOutcome(v1::Outcome outcome);
  void OnAnswer(engine::Answer answer);

  const Form form_;
  Dice dice_;
  FakeQueue* const queue_ = new FakeQueue;
  engine::Worker worker_{std::unique_ptr<engine::EventQueue>(queue_)};
  FakeInvoker invoker_{queue_};
  const std::uint32_t budget_;
  std::uint32_t taken_ = 0;  // of the budget, by other gathers
  const std::shared_ptr<engine::EngineOptions> options_;
  std::shared_ptr<engine::TargetPermits> permits_;  // null: the target is not limited
  engine::TargetPermits::Claim others_;
  std::uint32_t others_hold_ = 0;
  bool others_have_gone_ = false;
  std::optional<engine::Engine> engine_;
  std::unique_ptr<Sink> sink_;
  std::optional<GatherWitness> witness_;
  engine::GatherRun* run_ = nullptr;  // until it has answered
  std::uint32_t adds_ = 0;
  bool reader_falters_ = false;
  std::vector<v1::Outcome> outcomes_;
  std::optional<engine::Answer> answer_;
  bool traced_ = false;
  std::vector<std::string> trace_;
  std::string fault_;
};

}  // namespace gather::testing

#endif  // GATHER_TESTS_ENGINE_GATHER_SCHEDULE_H_
