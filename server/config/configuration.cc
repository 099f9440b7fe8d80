#include "server/config/configuration.h"

#include <memory>
#include <utility>
#include <vector>

#include "engine/access.h"
#include "engine/detached_budget.h"
#include "engine/gather_place.h"
#include "engine/limits/admission.h"
#include "engine/limits/buffered_bytes.h"
#include "engine/limits/memory_gauge.h"
#include "engine/limits/principal_accounts.h"
#include "engine/target.h"
#include "server/config/config_check.h"
#include "server/config/identity_files.h"
#include "server/config/target_from_config.h"
#include "server/config/value_check.h"

namespace gather::server {
namespace {

constexpr std::uint64_t kMaxReplyBytes = 16ull << 20;

engine::MemoryGauge* GaugeOfProcess() {
  static auto* const gauge = new engine::MemoryGauge;
  return gauge;
}

template <typename Field, typename Value>
void SetUnlessZero(Value value, Field* field) {
  if (value > 0) *field = value;
}

void SetTime(bool present, const google::protobuf::Duration& value, engine::Duration* field) {
  if (present) *field = absl::ToChronoNanoseconds(ToDuration(value));
}

void SetLimits(const config::v1::Limits& limits, Configuration* configuration) {
  engine::EngineOptions& engine = configuration->engine;
  SetUnlessZero(limits.max_calls(), &engine.plan.max_calls);
  SetUnlessZero(limits.max_concurrency(), &engine.plan.max_concurrency);
  SetUnlessZero(limits.max_request_bytes(), &engine.max_request_bytes);
  SetUnlessZero(limits.max_response_bytes(), &engine.max_response_bytes);
  SetTime(limits.has_default_timeout(), limits.default_timeout(), &engine.plan.default_timeout);
  SetTime(limits.has_max_timeout(), limits.max_timeout(), &engine.plan.max_timeout);
  SetTime(limits.has_detached_timeout(), limits.detached_timeout(), &engine.detached_timeout);
  if (limits.has_max_detached()) configuration->max_detached = limits.max_detached();
}

engine::AdmissionLimits ToAdmission(const config::v1::Limits& limits) {
  return {limits.max_gathers(), limits.max_sub_calls(), limits.max_memory_bytes(),
          limits.dry_run()};
}

engine::BufferLimits ToBuffer(const config::v1::Limits& limits) {
  return {limits.max_buffered_bytes_per_gather(), limits.max_buffered_bytes(), limits.dry_run()};
}

// What is in flight, and what principals have used up, goes on whatever is configured meanwhile.
engine::ServerLimits ToServerLimits(const config::v1::Limits& limits,
                                    const Configuration* running) {
  engine::ServerLimits shared;
  if (running != nullptr) shared = running->engine.limits;
  if (shared.admission == nullptr && ToAdmission(limits).any()) {
    shared.admission =
        std::make_shared<engine::Admission>(engine::AdmissionLimits{}, GaugeOfProcess());
  }
  if (shared.buffered == nullptr && ToBuffer(limits).any()) {
    shared.buffered = std::make_shared<engine::BufferedBytes>(engine::BufferLimits{});
  }
  if (shared.accounts == nullptr) shared.accounts = std::make_shared<engine::PrincipalAccounts>();
  return shared;
}

void SetProcess(const config::v1::ServerConfig& message, Configuration* configuration) {
  if (!message.listener().address().empty()) configuration->listen = message.listener().address();
  SetUnlessZero(message.listener().workers(), &configuration->workers);
  if (message.drain().has_deadline()) {
    configuration->drain_deadline = ToDuration(message.drain().deadline());
  }
  if (message.drain().has_lame_duck()) {
    configuration->lame_duck = ToDuration(message.drain().lame_duck());
  }
  if (!message.logging().level().empty()) {
    ParseLogLevel(message.logging().level(), &configuration->log_level);
  }
  if (message.logging().format() == config::v1::LOG_FORMAT_JSON) {
    configuration->log_format = LogFormat::kJson;
  }
}

std::vector<engine::Target> ToTargets(const config::v1::ServerConfig& message, Mistakes* mistakes) {
  const Place root(mistakes);
  std::uint64_t max_reply_bytes = kMaxReplyBytes;
  SetUnlessZero(message.limits().max_reply_bytes(), &max_reply_bytes);
  std::vector<engine::Target> targets;
  for (int i = 0; i < message.targets_size(); ++i) {
    targets.push_back(ToTarget(message.targets(i), max_reply_bytes, root.Each("targets", i)));
    targets.back().limits.unfair = message.limits().unfair();
  }
  return targets;
}

std::vector<engine::AccessRule> ToRules(const config::v1::ServerConfig& message) {
  std::vector<engine::AccessRule> rules;
  for (const config::v1::Rule& rule : message.allow()) {
    rules.push_back({{rule.principals().begin(), rule.principals().end()},
                     {rule.targets().begin(), rule.targets().end()},
                     {rule.methods().begin(), rule.methods().end()}});
  }
  return rules;
}

}  // namespace

void ApplyLimits(const Configuration& configuration) {
  const config::v1::Limits& limits = configuration.message.limits();
  const engine::EngineOptions& engine = configuration.engine;
  engine.detached_budget->SetLimit(configuration.max_detached);
  engine.targets.ApplyLimits();
  if (engine.limits.admission != nullptr) engine.limits.admission->Configure(ToAdmission(limits));
  if (engine.limits.buffered != nullptr) engine.limits.buffered->Configure(ToBuffer(limits));
}

std::variant<Configuration, Mistakes> MakeConfiguration(config::v1::ServerConfig message,
                                                        const Configuration* running) {
  Mistakes mistakes = CheckConfig(message);
  if (running != nullptr) {
    for (std::string& mistake : CheckReload(running->message, message)) {
      mistakes.push_back(std::move(mistake));
    }
  }
  Configuration configuration;
  if (running != nullptr) configuration.version = running->version + 1;
  std::vector<engine::Target> targets = ToTargets(message, &mistakes);
  CheckIdentityFiles(message, Place(&mistakes));
  if (!mistakes.empty()) return mistakes;
  auto table = engine::TargetTable::FromTargets(
      std::move(targets), running == nullptr ? nullptr : &running->engine.targets);
  if (!table.ok()) return Mistakes{std::string(table.status().message())};
  configuration.engine.targets = *std::move(table);
  configuration.engine.access =
      std::make_shared<const engine::AccessTable>(ToRules(message), configuration.engine.targets);
  SetLimits(message.limits(), &configuration);
  configuration.engine.limits = ToServerLimits(message.limits(), running);
  configuration.engine.detached_budget =
      running == nullptr ? std::make_shared<engine::DetachedBudget>(configuration.max_detached)
                         : running->engine.detached_budget;
  SetProcess(message, &configuration);
  configuration.message = std::move(message);
  return configuration;
}

}  // namespace gather::server
