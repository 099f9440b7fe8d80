#include "benchmarks/embedded_load.h"

#include <atomic>
#include <cstdint>
#include <latch>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "benchmarks/echo.pb.h"

namespace gather::benchmarks {
namespace {

std::vector<Call<v1::EchoResponse>> MakeCalls(const Load& load) {
  v1::EchoRequest request;
  request.set_payload(std::string(load.payload_bytes, 'x'));
  std::vector<Call<v1::EchoResponse>> calls;
  calls.reserve(load.calls);
  for (int i = 0; i < load.calls; ++i) {
    calls.emplace_back(absl::StrCat("t", i % load.targets),
                       "/gather.benchmarks.v1.EchoService/Echo", request);
  }
  return calls;
}

Options MakeOptions(const Load& load) {
  Options options;
  options.max_concurrency = load.calls;
  options.timeout = absl::Minutes(2);
  return options;
}

}  // namespace

// Gathers of which each starts another one when it ends. Continuations run on the client's one
// worker thread, so what only they touch needs no lock.
class EmbeddedLoad::Chain {
 public:
  Chain(const Client& client, const Load& load)
      : client_(client), load_(load), unstarted_(load.gathers), unended_(load.gathers) {}

  void StartNext() {
    if (unstarted_.fetch_sub(1) <= 0) return;
    AsyncGather(client_, MakeOptions(load_), MakeCalls(load_))
        .Then([this, start = absl::Now()](const auto& replies) {
          each_.push_back(absl::Now() - start);
          if (!replies.ok()) errors_.Add(replies.status().ToString());
          StartNext();
          unended_.count_down();
        });
  }

  LoadTimes Wait(absl::Time start) {
    unended_.wait();
    return Summarize(absl::Now() - start, std::move(each_), std::move(errors_));
  }

 private:
  const Client& client_;
  const Load load_;
  std::atomic<std::int64_t> unstarted_;
  std::latch unended_;
  std::vector<absl::Duration> each_;
  Errors errors_;
};

LoadTimes EmbeddedLoad::Run(const Load& load) {
  const absl::Time start = absl::Now();
  Chain chain(client_, load);
  for (int i = 0; i < load.at_once; ++i) chain.StartNext();
  return chain.Wait(start);
}

}  // namespace gather::benchmarks
