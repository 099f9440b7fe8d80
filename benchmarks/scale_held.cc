#include "benchmarks/scale_held.h"

#include <algorithm>
#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "benchmarks/held_calls.h"
#include "benchmarks/scale_case.h"

namespace gather::benchmarks {
namespace {

constexpr double kPayloadKilobytes = 100.0 / 1024;

// A door with processes of its own, so that none has another's memory.
struct Stage {
  Program backend;
  Program gatherd;
  std::unique_ptr<ClientProcess> client;
  std::unique_ptr<HeldCalls> held;

  ChildProcess* watched(const std::string& door) const {
    return door == "gatherd" ? gatherd.process.get() : client->process();
  }
};

absl::StatusOr<Stage> StartStage(const ScalePrograms& programs, const std::string& door) {
  auto backend = StartBackend({programs.hold_backend});
  if (!backend.ok()) return backend.status();
  auto gatherd = StartScaleGatherd(programs.gatherd, NumberedTargets(backend->address));
  if (!gatherd.ok()) return gatherd.status();
  auto client = StartScaleClient(programs, door, backend->address, gatherd->address);
  if (!client.ok()) return client.status();
  auto held = std::make_unique<HeldCalls>(backend->address);
  return Stage{*std::move(backend), *std::move(gatherd), *std::move(client), std::move(held)};
}

// What a door grew by, and how long it took until the backend had all that could be in flight.
struct Hold {
  std::int64_t kilobytes = 0;
  absl::Duration took;
  absl::Duration ended{};  // from their release to the gather's end
};

absl::StatusOr<Hold> HoldAndRelease(const ScalePrograms& programs, const std::string& door,
                                    int calls, int in_flight) {
  const absl::StatusOr<Stage> stage = StartStage(programs, door);
  if (!stage.ok()) return stage.status();
  ChildProcess* const watched = stage->watched(door);
  const std::int64_t before = watched->ResidentKilobytes();
  const absl::Time start = absl::Now();
  auto answer = stage->client->Ask(absl::StrCat("hold ", calls, " ", in_flight));
  if (!answer.ok()) return answer.status();
  if (absl::Status held = stage->held->Await(in_flight); !held.ok()) return held;
  Hold hold{.took = absl::Now() - start};
  hold.kilobytes = watched->ResidentKilobytes() - before;
  if (calls > in_flight) return hold;  // those that wait are not let go
  const absl::Time release = absl::Now();
  if (absl::Status told = stage->client->Tell("release"); !told.ok()) return told;
  if (absl::Status released = stage->held->Release(); !released.ok()) return released;
  if (answer = stage->client->Hear(); !answer.ok()) return answer.status();
  hold.ended = absl::Now() - release;
  return hold;
}

absl::Status HoldAll(const ScaleSettings& settings, const std::string& door, int calls,
                     ScaleReport* report) {
  const auto hold = HoldAndRelease(settings.programs, door, calls, calls);
  if (!hold.ok()) return hold.status();
  const double each = static_cast<double>(hold->kilobytes) / calls;
  report->Add({.what = "in flight",
               .x = calls,
               .door = door,
               .rate = calls / absl::ToDoubleSeconds(hold->took),
               .kilobytes_each = each,
               .p50_microseconds = absl::ToDoubleMicroseconds(hold->ended)});
  if (door == "raw") return absl::OkStatus();
  report->Add(ScaleVerdict{absl::StrCat("KB for a sub-call in flight, ", door), 16, each});
  return absl::OkStatus();
}

// Those in flight have another process of their own, and are taken off.
absl::Status Queue(const ScaleSettings& settings, const std::string& door, int calls,
                   ScaleReport* report) {
  constexpr int kInFlight = 1'000;
  const auto alone = HoldAndRelease(settings.programs, door, kInFlight, kInFlight);
  if (!alone.ok()) return alone.status();
  const auto all = HoldAndRelease(settings.programs, door, kInFlight + calls, kInFlight);
  if (!all.ok()) return all.status();
  const double each = static_cast<double>(all->kilobytes - alone->kilobytes) / calls;
  report->Add({.what = "queued", .x = calls, .door = door, .kilobytes_each = each});
  report->Add(ScaleVerdict{absl::StrCat("KB for a queued sub-call besides its payload, ", door),
                           0.6, each - kPayloadKilobytes});
  return absl::OkStatus();
}

// ---- cancelling

// A client that cancels, and another that watches meanwhile.
struct Canceller {
  std::string door;
  std::unique_ptr<ClientProcess> client;
  ClientProcess* watcher = nullptr;
};

// One door in one round, in microseconds.
struct Cancelled {
  double took = 0;
  double held_up = 0;
};

// The backend must have noticed, and the client be done.
absl::StatusOr<absl::Duration> CancelAll(const Canceller& by, HeldCalls* held) {
  auto none = std::async(std::launch::async, [held] { return held->Await(0); });
  absl::SleepFor(absl::Milliseconds(20));  // that waits at the backend by then
  const absl::Time start = absl::Now();
  const auto answer = by.client->Ask("cancel");
  if (absl::Status ended = none.get(); !ended.ok()) return ended;
  if (!answer.ok()) return answer.status();
  return absl::Now() - start;
}

absl::StatusOr<Cancelled> Cancel(const Canceller& by, int calls, HeldCalls* held) {
  if (auto answer = by.client->Ask(absl::StrCat("hold ", calls, " ", calls)); !answer.ok()) {
    return answer.status();
  }
  if (absl::Status all = held->Await(calls); !all.ok()) return all;
  if (auto before = by.watcher->Ask("longest"); !before.ok()) return before.status();
  absl::SleepFor(absl::Milliseconds(200));
  const auto usual = by.watcher->Ask("longest");
  if (!usual.ok()) return usual.status();
  const auto took = CancelAll(by, held);
  if (!took.ok()) return took.status();
  const auto meanwhile = by.watcher->Ask("longest");
  if (!meanwhile.ok()) return meanwhile.status();
  const std::int64_t held_up = (*meanwhile)[0] - (*usual)[1];  // the longest, the usual median
  return Cancelled{absl::ToDoubleMicroseconds(*took), static_cast<double>(held_up) / 1000};
}

void ReportCancel(const std::string& door, int calls, const std::vector<Cancelled>& rounds,
                  const std::vector<Cancelled>& raw, ScaleReport* report) {
  std::vector<double> took;
  std::vector<double> held_up;
  std::vector<double> ratios;
  for (std::size_t i = 0; i < rounds.size(); ++i) {
    took.push_back(rounds[i].took);
    held_up.push_back(rounds[i].held_up);
    ratios.push_back(rounds[i].took / raw[i].took);
  }
  const ScaleLine line{
      .what = "cancelled",
      .x = calls,
      .door = door,
      .p50_microseconds = Median(took),
      .ratio = Median(ratios),
      .held_up_microseconds = Median(held_up),
      .held_up_greatest_microseconds = *std::max_element(held_up.begin(), held_up.end())};
  report->Add(line);
  if (door == "raw") return;
  report->Add(ScaleVerdict{absl::StrCat("time to cancel against raw, ", door), 1.25, *line.ratio});
  report->Add(ScaleVerdict{absl::StrCat("ms that somebody else's gather is held up, ", door), 5,
                           *line.held_up_microseconds / 1000});
}

// The bystander of the engine in the client's process is in that process, those of gatherd and of
// no engine are in one that uses gatherd.
struct CancelStage {
  Program backend;
  Program quick;  // the bystanders' backend
  Program gatherd;
  std::unique_ptr<ClientProcess> bystander;
  std::vector<Canceller> doors;
};

absl::StatusOr<CancelStage> StartCancelStage(const ScalePrograms& programs) {
  CancelStage stage;
  for (Program* const backend : {&stage.backend, &stage.quick}) {
    auto started = StartBackend({programs.hold_backend});
    if (!started.ok()) return started.status();
    *backend = *std::move(started);
  }
  const std::string backends = absl::StrCat(stage.backend.address, ",", stage.quick.address);
  auto gatherd = StartScaleGatherd(programs.gatherd, NumberedTargets(backends));
  if (!gatherd.ok()) return gatherd.status();
  stage.gatherd = *std::move(gatherd);
  auto bystander = StartScaleClient(programs, "gatherd", backends, stage.gatherd.address);
  if (!bystander.ok()) return bystander.status();
  stage.bystander = *std::move(bystander);
  for (const char* const door : {"raw", "gatherd", "embedded"}) {
    auto client = StartScaleClient(programs, door, backends, stage.gatherd.address);
    if (!client.ok()) return client.status();
    stage.doors.push_back({door, *std::move(client), stage.bystander.get()});
  }
  stage.doors.back().watcher = stage.doors.back().client.get();
  return stage;
}

}  // namespace

absl::Status MeasureInFlight(const ScaleSettings& settings, ScaleReport* report) {
  report->Begin(
      "x sub-calls of a gather in flight, calls/s until all are and p50 from their "
      "release to its end; queued: x that wait behind 1,000; KB for each");
  const int calls = settings.quick ? 10'000 : 100'000;
  for (const char* const door : {"raw", "gatherd", "embedded"}) {
    if (absl::Status held = HoldAll(settings, door, calls, report); !held.ok()) return held;
  }
  for (const char* const door : {"gatherd", "embedded"}) {
    if (absl::Status queued = Queue(settings, door, calls, report); !queued.ok()) return queued;
  }
  return absl::OkStatus();
}

absl::Status MeasureCancel(const ScaleSettings& settings, ScaleReport* report) {
  constexpr int kCalls = 1'000;
  const absl::StatusOr<CancelStage> stage = StartCancelStage(settings.programs);
  if (!stage.ok()) return stage.status();
  HeldCalls held(stage->backend.address);
  for (ClientProcess* const watcher : {stage->bystander.get(), stage->doors.back().watcher}) {
    if (auto watching = watcher->Ask("watch"); !watching.ok()) return watching.status();
  }
  report->Begin(
      "x sub-calls in flight cancelled until all have ended; ratio: to raw; held up: "
      "somebody else's gather of one call, by gatherd or the engine (raw: by nothing but "
      "the machine)");
  std::map<std::string, std::vector<Cancelled>> rounds;
  for (int round = 0; round < 3 * settings.rounds; ++round) {
    for (const Canceller& door : stage->doors) {
      const auto cancelled = Cancel(door, kCalls, &held);
      if (!cancelled.ok()) return cancelled.status();
      if (round > 0) rounds[door.door].push_back(*cancelled);  // the first one warms up
    }
  }
  for (const Canceller& door : stage->doors) {
    ReportCancel(door.door, kCalls, rounds[door.door], rounds["raw"], report);
  }
  return absl::OkStatus();
}

}  // namespace gather::benchmarks
