#include "benchmarks/bystander.h"

#include <algorithm>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "benchmarks/echo.pb.h"

namespace gather::benchmarks {

Bystander::Bystander(const Client& client, const std::string& target)
    : client_(client), target_(target), thread_([this] { Run(); }) {}

Bystander::~Bystander() {
  {
    absl::MutexLock lock(&mutex_);
    over_ = true;
  }
  thread_.join();
}

absl::StatusOr<Bystander::Times> Bystander::Take() {
  absl::MutexLock lock(&mutex_);
  asked_ = true;
  mutex_.Await(absl::Condition(
      +[](bool* asked) { return !*asked; }, &asked_));
  if (!failure_.ok()) return failure_;
  std::vector<absl::Duration> times = std::exchange(times_, {});
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return Times{*std::max_element(times.begin(), times.end()), *middle};
}

void Bystander::Run() {
  const Call<v1::EchoResponse> call(target_, "/gather.benchmarks.v1.HoldService/Answer",
                                    v1::EchoRequest());
  for (;;) {
    const absl::Time start = absl::Now();
    const absl::Status status = Gather(client_, call).status();
    const absl::Duration took = absl::Now() - start;
    {
      absl::MutexLock lock(&mutex_);
      failure_.Update(status);
      times_.push_back(took);
      asked_ = false;
      if (over_) return;
    }
    absl::SleepFor(absl::Milliseconds(1));  // it watches, and does not compete
  }
}

}  // namespace gather::benchmarks
