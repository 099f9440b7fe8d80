#include "benchmarks/callback_door.h"

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>
#include <grpcpp/support/stub_options.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "benchmarks/reply_check.h"
#include "benchmarks/workload.h"

namespace gather::benchmarks {
namespace {

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  return grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
}

}  // namespace

// The gathers of one run. Those that run at once end in any of gRPC's threads.
class CallbackDoor::OneRun {
 public:
  OneRun(CallbackDoor* door, const Shape& shape, int gathers)
      : door_(door), workload_(shape), unstarted_(gathers), unended_(gathers) {}

  Workload& workload() { return workload_; }
  grpc::GenericStub& stub() {
    return workload_.shape().levels == 2 ? door_->middle_ : door_->backend_;
  }

  void StartNext();

  void OnEnded(Errors errors, Clock::time_point begun) {
    {
      absl::MutexLock lock(&mutex_);
      record_.errors.Add(std::move(errors));
      record_.durations.push_back(Clock::now() - begun);
    }
    StartNext();
    unended_.DecrementCount();
  }

  RunRecord Wait() {
    unended_.Wait();
    absl::MutexLock lock(&mutex_);
    return std::move(record_);
  }

 private:
  CallbackDoor* const door_;
  Workload workload_;
  std::atomic<int64_t> unstarted_;
  absl::BlockingCounter unended_;
  absl::Mutex mutex_;
  RunRecord record_ ABSL_GUARDED_BY(mutex_);
};

class CallbackDoor::OneGather {
 public:
  // Launches all calls. The gather lives until the last callback has run.
  static void Start(OneRun* run) {
    auto gather = std::make_shared<OneGather>(run);
    for (int i = 0; i < run->workload().shape().calls; ++i) gather->StartCall(i, gather);
  }

  explicit OneGather(OneRun* run)
      : run_(run), calls_(run->workload().shape().calls), unended_(calls_.size()) {}

 private:
  struct Call {
    grpc::ClientContext context;
    grpc::ByteBuffer request;
    grpc::ByteBuffer reply;
    grpc::Status status;
  };

  void StartCall(int index, std::shared_ptr<OneGather> self) {
    Call& call = calls_[index];
    call.context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    Workload& workload = run_->workload();
    const bool two_levels = workload.shape().levels == 2;
    const char* const method = two_levels ? kFanOut : workload.NextMethod();
    const grpc::Slice bytes(two_levels ? workload.NextFanOut().SerializeAsString()
                                       : workload.payload());
    call.request = grpc::ByteBuffer(&bytes, 1);
    run_->stub().UnaryCall(&call.context, method, grpc::StubOptions(), &call.request, &call.reply,
                           [&call, self = std::move(self)](grpc::Status status) {
                             call.status = std::move(status);
                             self->OnCallEnded();
                           });
  }

  void OnCallEnded() {
    if (unended_.fetch_sub(1) > 1) return;
    Errors errors;
    for (Call& call : calls_) Check(&call, &errors);
    run_->OnEnded(std::move(errors), begun_);
  }

  void Check(Call* call, Errors* errors) {
    std::string wrong = CheckReply(run_->workload().shape(), &call->reply);
    if (!call->status.ok()) {
      wrong = absl::StrCat("status ", call->status.error_code(), " ", call->status.error_message());
    }
    if (!wrong.empty()) errors->Add(std::move(wrong));
  }

  OneRun* const run_;
  const Clock::time_point begun_ = Clock::now();
  std::vector<Call> calls_;
  std::atomic<size_t> unended_;
};

void CallbackDoor::OneRun::StartNext() {
  if (unstarted_.fetch_sub(1) > 0) OneGather::Start(this);
}

CallbackDoor::CallbackDoor(const std::string& backend, const std::string& middle)
    : backend_(Connect(backend)), middle_(middle.empty() ? nullptr : Connect(middle)) {}

RunRecord CallbackDoor::Run(const Shape& shape, int64_t gathers) {
  OneRun run(this, shape, gathers);
  for (int64_t i = std::min<int64_t>(shape.at_once, gathers); i > 0; --i) run.StartNext();
  return run.Wait();
}

}  // namespace gather::benchmarks
