// That metrics may be read while their worker counts: the race detector runs this.

#include <atomic>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "engine/outcome.h"
#include "engine/planned_call.h"
#include "engine/target.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "server/metrics/families.h"
#include "server/metrics/label_budget.h"
#include "server/metrics/sub_call_source.h"
#include "server/metrics/worker_metrics.h"

namespace gather::server {
namespace {

TEST(ConcurrentReadingTest, AScrapeSeesWhatWasCountedBeforeAndHoldsNobodyUp) {
  LabelBudget labels;
  WorkerMetrics metrics(&labels);
  const SubCallSource source({&metrics});
  std::atomic<bool> counted{false};
  std::thread worker([&metrics, &counted] {
    engine::Outcome outcome;
    outcome.disposition = v1::DISPOSITION_SUCCEEDED;
    outcome.timing.attempts = 1;
    for (int i = 0; i < 3'000; ++i) {
      const std::string target = absl::StrCat("t", i % 20);
      const std::string method = absl::StrCat("/S/M", i % 50);
      metrics.AddTarget(target);
      engine::PlannedCall call;
      call.target_name = target;
      call.method = method;
      metrics.CountOutcome(call, outcome);
    }
    counted = true;
  });
  while (!counted) {
    Families families;
    source.AddTo(&families);
    for (const auto& family : families.Take()) EXPECT_FALSE(family.metric.empty());
  }
  worker.join();
  Families families;
  source.AddTo(&families);
  for (const auto& family : families.Take()) {
    if (family.name != "gather_attempts_total") continue;
    double attempts = 0;
    for (const auto& series : family.metric) attempts += series.counter.value;
    EXPECT_EQ(attempts, 3'000);
  }
}

}  // namespace
}  // namespace gather::server
