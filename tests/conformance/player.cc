#include "tests/conformance/player.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/conformance/described.h"
#include "tests/conformance/reported.h"

namespace gather::conformance {
namespace {

using MixedCall = std::variant<gather::Call<Text>, gather::Call<std::optional<Text>>>;
using AnyTaskOf = std::variant<Task<Text>, Task<std::optional<Text>>, Task<std::vector<Text>>>;

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "cpp_column: %s\n", what.c_str());
  std::abort();
}

// The calls as a list of one type; nothing where they are of several.
template <typename Reply>
std::optional<std::vector<gather::Call<Reply>>> AllOf(const std::vector<AnyCall>& calls) {
  std::vector<gather::Call<Reply>> all;
  for (const AnyCall& call : calls) {
    const auto* one = std::get_if<gather::Call<Reply>>(&call);
    if (one == nullptr) return std::nullopt;
    all.push_back(*one);
  }
  return all;
}

template <typename Reply>
std::vector<gather::Call<Reply>> OnlyOf(const Case& played) {
  auto all = AllOf<Reply>(DescribeAll(played));
  if (!all) Die("calls of several types: " + played.name());
  return *std::move(all);
}

MixedCall ToMixed(const AnyCall& call) {
  if (const auto* one = std::get_if<gather::Call<Text>>(&call)) return *one;
  if (const auto* one = std::get_if<gather::Call<std::optional<Text>>>(&call)) return *one;
  Die("a stream among other calls");
}

// Calls `use` with the case's calls: with a list where they are of one type, else one by one.
template <typename Use>
Report WithCalls(const Case& played, Use use) {
  const std::vector<AnyCall> calls = DescribeAll(played);
  if (auto all = AllOf<Text>(calls)) return use(*std::move(all));
  if (auto all = AllOf<std::optional<Text>>(calls)) return use(*std::move(all));
  if (auto all = AllOf<std::vector<Text>>(calls)) return use(*std::move(all));
  switch (calls.size()) {
    case 2:
      return std::visit(use, ToMixed(calls[0]), ToMixed(calls[1]));
    case 3:
      return std::visit(use, ToMixed(calls[0]), ToMixed(calls[1]), ToMixed(calls[2]));
    default:
      Die("so many calls of several types: " + played.name());
  }
}

template <typename Reply>
void AddReplies(const std::vector<Reply>& replies, Report* report) {
  for (const Reply& reply : replies) *report->mutable_replies()->add_values() = ReportOf(reply);
}

template <typename... Replies>
void AddReplies(const std::tuple<Replies...>& replies, Report* report) {
  std::apply(
      [report](const auto&... each) {
        (void(*report->mutable_replies()->add_values() = ReportOf(each)), ...);
      },
      replies);
}

template <typename Reply>
void AddOutcomes(const std::vector<Outcome<Reply>>& outcomes, Report* report) {
  for (const auto& outcome : outcomes) *report->add_outcomes() = ReportOf(outcome);
}

template <typename... Replies>
void AddOutcomes(const std::tuple<Outcome<Replies>...>& outcomes, Report* report) {
  std::apply(
      [report](const auto&... each) { (void(*report->add_outcomes() = ReportOf(each)), ...); },
      outcomes);
}

AnyTaskOf Spawn(TaskGroup* group, const AnyCall& call) {
  return std::visit([group](const auto& one) -> AnyTaskOf { return group->Spawn(one); }, call);
}

const AnyTask& HandleOf(const AnyTaskOf& task) {
  return std::visit([](const auto& one) -> const AnyTask& { return one; }, task);
}

void WaitFor(const AnyTaskOf& task) {
  std::visit([](const auto& one) { one.Get(); }, task);
}

}  // namespace

template <typename T>
T Player::Await(const Case& played, Future<T> future) {
  if (played.has_cancel()) {
    await_cue_();
    future.Cancel();
  }
  return future.Get();
}

Report Player::Play(const Case& played) {
  const std::string& verb = played.verb();
  if (verb == "gather") return PlayGather(played);
  if (verb == "settled") return PlaySettled(played);
  if (verb == "any" || verb == "race") return PlayWinner(played);
  if (verb == "quorum") return PlayQuorum(played);
  if (verb == "as_completed") return PlayAsCompleted(played);
  if (verb == "group") return PlayGroup(played);
  Die("there is no verb " + verb);
}

Report Player::PlayGather(const Case& played) {
  return WithCalls(played, [&](auto... calls) {
    Report report;
    const auto replies =
        Await(played, AsyncGather(client_, Describe(played.options()), std::move(calls)...));
    *report.mutable_status() = ReportOf(replies.status());
    if (replies.ok()) AddReplies(*replies, &report);
    return report;
  });
}

Report Player::PlaySettled(const Case& played) {
  return WithCalls(played, [&](auto... calls) {
    Report report;
    const auto settled =
        Await(played, AsyncGatherSettled(client_, Describe(played.options()), std::move(calls)...));
    *report.mutable_status() = ReportOf(settled.status());
    SetDecision(settled.summary(), &report);
    AddOutcomes(settled.outcomes(), &report);
    return report;
  });
}

Report Player::PlayWinner(const Case& played) {
  Report report;
  const auto options = Describe(played.options());
  const auto calls = OnlyOf<Text>(played);
  const auto winner =
      Await(played, played.verb() == "any" ? AsyncGatherAny(client_, options, calls)
                                           : AsyncGatherRace(client_, options, calls));
  *report.mutable_status() = ReportOf(winner.status());
  if (winner.ok()) AddWinner(*winner, &report);
  return report;
}

Report Player::PlayQuorum(const Case& played) {
  Report report;
  gather::Options options = Describe(played.options());
  options.policy = Quorum(static_cast<std::uint32_t>(played.options().min_successes()));
  const auto winners = Await(played, AsyncGatherQuorum(client_, options, OnlyOf<Text>(played)));
  *report.mutable_status() = ReportOf(winners.status());
  if (winners.ok()) {
    for (const auto& winner : *winners) AddWinner(winner, &report);
  }
  return report;
}

Report Player::PlayAsCompleted(const Case& played) {
  Report report;
  auto completions = AsCompleted(client_, Describe(played.options()), OnlyOf<Text>(played));
  if (played.has_cancel()) {
    await_cue_();
    completions.Cancel();
  }
  for (const auto& completion : completions) {
    *report.add_outcomes() = ReportOf(completion.outcome);
    if (played.has_leave_after() && report.outcomes_size() == played.leave_after()) return report;
  }
  *report.mutable_status() = ReportOf(completions.status());
  SetDecision(completions.summary(), &report);
  return report;
}

Report Player::PlayGroup(const Case& played) {
  Report report;
  TaskGroup group(client_, Describe(played.options()));
  std::vector<AnyTaskOf> tasks;
  const auto task = [&tasks](int index) { return tasks.at(static_cast<std::size_t>(index)); };
  for (const Step& step : played.steps()) {
    if (step.has_spawn()) {
      const int times = std::max(step.spawn().repeat(), 1);
      for (int i = 0; i < times; ++i) tasks.push_back(Spawn(&group, Describe(step.spawn())));
    }
    if (step.has_wait()) WaitFor(task(step.wait()));
    if (step.has_cancel()) HandleOf(task(step.cancel())).Cancel();
    if (step.has_cue()) await_cue_();
    if (step.end_early()) group.EndEarly();
    if (step.cancel_group()) group.Cancel();
  }
  *report.mutable_status() = ReportOf(group.Wait());
  SetDecision(group.summary(), &report);
  for (const AnyTaskOf& ended : tasks) {
    *report.add_outcomes() =
        std::visit([](const auto& one) { return ReportOf(one.outcome()); }, ended);
  }
  return report;
}

}  // namespace gather::conformance
