#include "benchmarks/sdk_door.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "benchmarks/echo.pb.h"
#include "benchmarks/middle.pb.h"
#include "benchmarks/workload.h"

namespace gather::benchmarks {
namespace {

// The calls of a gather, by what they answer: one echo each, or a fan-out of them each.
template <typename Reply>
std::vector<Call<Reply>> MakeCalls(Workload* workload);

template <>
std::vector<Call<v1::EchoResponse>> MakeCalls(Workload* workload) {
  v1::EchoRequest request;
  request.set_payload(workload->payload());
  std::vector<Call<v1::EchoResponse>> calls;
  calls.reserve(workload->shape().calls);
  for (int i = 0; i < workload->shape().calls; ++i) {
    calls.emplace_back("echo", workload->NextMethod(), request);
  }
  return calls;
}

template <>
std::vector<Call<v1::FanOutResponse>> MakeCalls(Workload* workload) {
  std::vector<Call<v1::FanOutResponse>> calls;
  calls.reserve(workload->shape().calls);
  for (int i = 0; i < workload->shape().calls; ++i) {
    calls.emplace_back("middle", kFanOut, workload->NextFanOut());
  }
  return calls;
}

std::string Check(const Shape& shape, const v1::EchoResponse& reply) {
  if (reply.payload().size() == static_cast<size_t>(shape.payload_bytes)) return "";
  return absl::StrCat("a reply of ", reply.payload().size(), " bytes");
}

// The gathers of one run. Continuations run on the client's worker thread, the first gathers are
// started on the caller's.
template <typename Reply>
class Gathers {
 public:
  Gathers(const Client& client, const Shape& shape, int gathers)
      : client_(client), workload_(shape), unstarted_(gathers), unended_(gathers) {
    options_.max_concurrency = shape.calls;
  }

  RunRecord RunEach() {
    while (unstarted_.fetch_sub(1) > 0) {
      const Door::Clock::time_point begun = Door::Clock::now();
      Record(Gather(client_, options_, MakeCalls<Reply>(&workload_)), begun);
    }
    return Take();
  }

  RunRecord RunAtOnce() {
    for (int i = 0; i < workload_.shape().at_once; ++i) StartNext();
    unended_.Wait();
    return Take();
  }

 private:
  using Replies = absl::StatusOr<std::vector<Reply>>;

  void StartNext() {
    if (unstarted_.fetch_sub(1) <= 0) return;
    const Door::Clock::time_point begun = Door::Clock::now();
    AsyncGather(client_, options_, MakeCalls<Reply>(&workload_))
        .Then([this, begun](const Replies& replies) {
          Record(replies, begun);
          StartNext();
          unended_.DecrementCount();
        });
  }

  void Record(const Replies& replies, Door::Clock::time_point begun) {
    Errors errors = CheckAll(replies);
    absl::MutexLock lock(&mutex_);
    record_.errors.Add(std::move(errors));
    record_.durations.push_back(Door::Clock::now() - begun);
  }

  Errors CheckAll(const Replies& replies) const {
    Errors errors;
    const size_t calls = workload_.shape().calls;
    if (!replies.ok()) {
      errors.Add(replies.status().ToString());
    } else if (replies->size() != calls) {
      errors.Add(absl::StrCat(replies->size(), " replies"));
    } else {
      for (const Reply& reply : *replies) {
        std::string wrong = Check(workload_.shape(), reply);
        if (!wrong.empty()) errors.Add(std::move(wrong));
      }
    }
    return errors;
  }

  RunRecord Take() {
    absl::MutexLock lock(&mutex_);
    return std::move(record_);
  }

  const Client& client_;
  Options options_;
  Workload workload_;
  std::atomic<int64_t> unstarted_;
  absl::BlockingCounter unended_;
  absl::Mutex mutex_;
  RunRecord record_ ABSL_GUARDED_BY(mutex_);
};

template <typename Reply>
RunRecord RunGathers(const Client& client, const Shape& shape, int gathers) {
  Gathers<Reply> run(client, shape, gathers);
  return shape.at_once == 1 ? run.RunEach() : run.RunAtOnce();
}

}  // namespace

RunRecord SdkDoor::Run(const Shape& shape, int64_t gathers) {
  return shape.levels == 2 ? RunGathers<v1::FanOutResponse>(client_, shape, gathers)
                           : RunGathers<v1::EchoResponse>(client_, shape, gathers);
}

}  // namespace gather::benchmarks
