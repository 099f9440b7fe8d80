#include "server/admin/state.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/time/time.h"
#include "engine/limits/target_permits.h"
#include "engine/live_gather.h"
#include "engine/target.h"
#include "google/protobuf/util/json_util.h"
#include "server/metrics/words.h"
#include "server/rpc_name.h"
#include "server/version.h"

namespace gather::server {
namespace {

constexpr std::size_t kMaxGathers = 100;
constexpr std::size_t kMaxSlots = 20;

// To the microsecond: more is noise.
double Seconds(engine::Duration duration) {
  return static_cast<double>(duration / std::chrono::microseconds(1)) / 1e6;
}

void AddSlot(const engine::LiveSlot& live, admin::v1::Gather* gather) {
  admin::v1::Slot& slot = *gather->add_slots();
  slot.set_index(live.index);
  slot.set_id(live.id);
  slot.set_target(live.target);
  slot.set_method(live.method);
  slot.set_phase(live.sent ? "IN_FLIGHT" : "QUEUED");
  slot.set_age_seconds(Seconds(live.age));
}

void AddGather(const engine::LiveGather& live, std::uint32_t worker, admin::v1::State* state) {
  admin::v1::Gather& gather = *state->add_gathers();
  gather.set_gather_id(live.gather_id);
  gather.set_principal(live.principal);
  gather.set_label(live.label);
  gather.set_rpc(std::string(RpcName(live.kind)));
  if (live.mode != v1::MODE_UNSPECIFIED) gather.set_mode(std::string(Word(live.mode)));
  gather.set_worker(worker);
  gather.set_age_seconds(Seconds(live.age));
  if (live.left != engine::Duration::max()) gather.set_seconds_left(Seconds(live.left));
  if (live.verdict != v1::VERDICT_UNSPECIFIED) gather.set_verdict(std::string(Word(live.verdict)));
  gather.set_answered(live.answered);
  gather.set_sub_calls(live.sub_calls);
  gather.set_sub_calls_queued(live.queued);
  gather.set_sub_calls_in_flight(live.in_flight);
  for (const engine::LiveSlot& slot : live.slots) AddSlot(slot, &gather);
}

void AddWorker(const WorkerLook& look, std::uint32_t index, admin::v1::State* state) {
  const engine::EngineLoad& load = look.view.load;
  admin::v1::Worker& worker = *state->add_workers();
  worker.set_index(index);
  worker.set_answered(look.answered);
  worker.set_lag_seconds(Seconds(absl::ToChronoNanoseconds(look.lag)));
  worker.set_gathers(static_cast<std::uint32_t>(load.gathers));
  worker.set_sub_calls_queued(static_cast<std::uint32_t>(load.queued));
  worker.set_sub_calls_in_flight(static_cast<std::uint32_t>(load.in_flight + load.detached));
  for (const engine::LiveGather& gather : look.view.gathers) AddGather(gather, index, state);
}

void AddPermits(const engine::TargetPermits& permits, admin::v1::Target* target) {
  const engine::TargetPermits::Snapshot now = permits.snapshot();
  admin::v1::Permits& shown = *target->mutable_permits();
  shown.set_limit(now.permits);
  shown.set_held(static_cast<std::uint32_t>(now.held));
  shown.set_waiting(static_cast<std::uint32_t>(now.waiting));
}

void AddConfiguration(const ServerView& view, admin::v1::State* state) {
  const std::shared_ptr<const Configuration> configuration = view.configuration();
  admin::v1::Configuration& shown = *state->mutable_configuration();
  shown.set_version(static_cast<std::uint32_t>(configuration->version));
  shown.set_refused_reloads(static_cast<std::uint32_t>(view.counters->refused_reloads.value()));
  for (const auto& target : configuration->engine.targets.all()) {
    admin::v1::Target& added = *state->add_targets();
    added.set_name(target->name);
    added.set_address(target->channel.address);
    if (target->permits != nullptr) AddPermits(*target->permits, &added);
  }
}

}  // namespace

admin::v1::State StateOf(const ServerView& view) {
  admin::v1::State state;
  state.set_version(kVersion);
  state.set_draining(view.draining());
  AddConfiguration(view, &state);
  std::uint64_t gathers = 0;
  const std::vector<WorkerLook> looks =
      LookAtAll(view.workers, {kMaxGathers, kMaxSlots}, absl::Seconds(1));
  for (std::uint32_t worker = 0; worker < looks.size(); ++worker) {
    AddWorker(looks[worker], worker, &state);
    gathers += looks[worker].view.all_gathers;
  }
  state.set_gathers_left_out(
      static_cast<std::uint32_t>(gathers - static_cast<std::uint64_t>(state.gathers_size())));
  return state;
}

std::string ToJson(const admin::v1::State& state) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(state, &json, options);
  return status.ok() ? json : "{}\n";
}

}  // namespace gather::server
