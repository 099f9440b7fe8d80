// A hundred thousand gathers, streamed, grouped and answered together, each in its own random
// interleaving of everything that can happen to one: each ends exactly once, with every slot
// explained.
//
// A failure names its seed and the command that runs that one alone.

#include "tests/engine/gather_schedule.h"

#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/outcome.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"

namespace gather::testing {
namespace {

using Form = GatherSchedule::Form;

constexpr std::uint32_t kBlocks = 20;
constexpr std::uint32_t kSeedsOfBlock = 5'000;

Form FormOf(std::uint32_t seed) { return seed % 2 == 0 ? Form::kGroup : Form::kStreamed; }

std::string TextOf(v1::Decision decision) {
  decision.mutable_status()->clear_details();
  return decision.SerializeAsString();
}

// A gather that is answered together must come to the same as when it is streamed.
std::string TwinFault(const GatherSchedule& streamed, const GatherSchedule& together) {
  if ((streamed.answer() == nullptr) != (together.answer() == nullptr)) return "only one refused";
  if (streamed.answer() == nullptr) return "";
  const engine::Answer& answer = *together.answer();
  if (TextOf(answer.decision) != TextOf(streamed.answer()->decision)) {
    return "another decision when answered together";
  }
  if (answer.summary.SerializeAsString() != streamed.answer()->summary.SerializeAsString()) {
    return "another summary when answered together";
  }
  if (answer.outcomes.size() != streamed.outcomes().size()) return "other outcomes together";
  for (const v1::Outcome& outcome : streamed.outcomes()) {
    const v1::Outcome twin =
        ToComparable(answer.outcomes[outcome.index()], outcome.index(), outcome.id());
    if (twin.SerializeAsString() != outcome.SerializeAsString()) {
      return absl::StrCat("another outcome ", outcome.index(), " when answered together");
    }
  }
  return "";
}

// Which seed runs, for when a fault ends the whole process.
char running_seed[64];

extern "C" void TellSeed(int signal) {
  if (write(STDERR_FILENO, running_seed, std::strlen(running_seed)) < 0) std::_Exit(signal);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

std::string RunSeed(std::uint32_t seed) {
  GatherSchedule schedule(seed, FormOf(seed));
  std::string fault = schedule.Run();
  if (!fault.empty() || FormOf(seed) != Form::kStreamed || seed % 4 == 1) return fault;
  GatherSchedule twin(seed, Form::kTogether);
  const std::string twins_fault = twin.Run();
  return twins_fault.empty() ? TwinFault(schedule, twin) : twins_fault;
}

std::string Explain(std::uint32_t seed) {
  GatherSchedule schedule(seed, FormOf(seed));
  schedule.Trace();
  schedule.Run();
  return absl::StrCat("alone: bazel test //tests/engine:gather_schedule_test --test_output=all ",
                      "--test_env=GATHER_SCHEDULE_SEED=", seed, "\n",
                      absl::StrJoin(schedule.trace(), "\n"));
}

class GatherScheduleTest : public ::testing::TestWithParam<std::uint32_t> {};

// semantics 5, 6, 55
TEST_P(GatherScheduleTest, EndsOnceWithEverySlotExplained) {
  std::uint32_t first = 1 + GetParam() * kSeedsOfBlock;
  std::uint32_t last = first + kSeedsOfBlock - 1;
  if (const char* const only = std::getenv("GATHER_SCHEDULE_SEED")) {
    first = last = static_cast<std::uint32_t>(std::strtoul(only, nullptr, 10));
    if (GetParam() != 0) GTEST_SKIP() << "only one seed is wanted";
  }
  std::signal(SIGSEGV, TellSeed);
  std::signal(SIGABRT, TellSeed);
  for (std::uint32_t seed = first; seed <= last; ++seed) {
    std::snprintf(running_seed, sizeof(running_seed), "GATHER_SCHEDULE_SEED=%u\n", seed);
    ASSERT_EQ(RunSeed(seed), "") << Explain(seed);
  }
}

// How a slot reads: disposition, cause, and whether a fallback stands in.
std::string RowOf(const v1::Outcome& outcome) {
  return absl::StrCat(v1::Disposition_Name(outcome.disposition()).substr(12), " ",
                      v1::Cause_Name(outcome.cause()).substr(6),
                      outcome.from_fallback() ? " by fallback" : "");
}

std::string RowOf(const engine::Answer& answer) {
  return absl::StrCat(v1::Mode_Name(answer.plan.policy.mode()).substr(5), " ",
                      v1::Verdict_Name(answer.decision.verdict()).substr(8));
}

// The schedules prove nothing of what they never come to.
TEST(GatherScheduleCoverageTest, ComesToEveryRowOfTheContract) {
  std::set<std::string> rows;
  for (std::uint32_t seed = 1; seed <= kSeedsOfBlock; ++seed) {
    GatherSchedule schedule(seed, FormOf(seed));
    schedule.Run();
    for (const v1::Outcome& outcome : schedule.outcomes()) rows.insert(RowOf(outcome));
    if (schedule.answer() != nullptr) rows.insert(RowOf(*schedule.answer()));
  }
  for (const std::string disposition : {"CANCELLED", "NOT_STARTED"}) {
    for (const std::string cause : {"CALLER", "GATHER_DEADLINE", "SIBLING_FAILED", "DECIDED",
                                    "GROUP_ENDED", "OWN_HANDLE", "SHUTDOWN"}) {
      EXPECT_EQ(rows.count(absl::StrCat(disposition, " ", cause)), 1u) << disposition << cause;
    }
  }
  for (const std::string mode : {"FAIL_FAST", "COLLECT", "PROPAGATE", "ANY", "RACE", "QUORUM"}) {
    for (const std::string verdict : {"SATISFIED", "FAILED", "DEADLINE_EXCEEDED", "CANCELLED"}) {
      EXPECT_EQ(rows.count(absl::StrCat(mode, " ", verdict)), 1u) << mode << verdict;
    }
  }
  for (const std::string row :
       {"SUCCEEDED UNSPECIFIED", "SUCCEEDED UNSPECIFIED by fallback", "FAILED UNSPECIFIED",
        "FAILED SUB_CALL_DEADLINE", "NOT_STARTED SUB_CALL_DEADLINE", "CANCELLED LIMIT",
        "REJECTED UNSPECIFIED", "REJECTED LIMIT", "DETACHED UNSPECIFIED"}) {
    EXPECT_EQ(rows.count(row), 1u) << row;
  }
}

INSTANTIATE_TEST_SUITE_P(Blocks, GatherScheduleTest, ::testing::Range(0u, kBlocks));

}  // namespace
}  // namespace gather::testing
