#include "benchmarks/sdk_door.h"

#include <atomic>
#include <latch>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "benchmarks/echo.pb.h"

namespace gather::benchmarks {
namespace {

using Replies = absl::StatusOr<std::vector<v1::EchoResponse>>;

Options MakeOptions(const Shape& shape) {
  Options options;
  options.max_concurrency = shape.calls;
  return options;
}

std::vector<Call<v1::EchoResponse>> MakeCalls(const Shape& shape) {
  v1::EchoRequest request;
  request.set_payload(std::string(shape.payload_bytes, 'x'));
  std::vector<Call<v1::EchoResponse>> calls;
  calls.reserve(shape.calls);
  for (int i = 0; i < shape.calls; ++i) {
    calls.emplace_back("echo", "/gather.benchmarks.v1.EchoService/Echo", request);
  }
  return calls;
}

void Check(const Shape& shape, const Replies& replies, Errors* errors) {
  if (!replies.ok()) return errors->Add(replies.status().ToString());
  if (replies->size() != static_cast<size_t>(shape.calls)) {
    errors->Add(absl::StrCat(replies->size(), " replies"));
  }
  for (const v1::EchoResponse& reply : *replies) {
    if (reply.payload().size() == static_cast<size_t>(shape.payload_bytes)) continue;
    errors->Add(absl::StrCat("a reply of ", reply.payload().size(), " bytes"));
  }
}

}  // namespace

// Gathers of which each starts another one when it ends. Continuations run on the client's one
// worker thread, so what only they touch needs no lock.
class SdkDoor::Chain {
 public:
  Chain(const Client& client, const Shape& shape, int64_t gathers)
      : client_(client), shape_(shape), unstarted_(gathers), unended_(gathers) {}

  void StartNext() {
    if (unstarted_.fetch_sub(1) <= 0) return;
    AsyncGather(client_, MakeOptions(shape_), MakeCalls(shape_))
        .Then([this](const Replies& replies) { OnEnded(replies); });
  }

  Errors Wait() {
    unended_.wait();
    return errors_;
  }

 private:
  void OnEnded(const Replies& replies) {
    Check(shape_, replies, &errors_);
    StartNext();
    unended_.count_down();
  }

  const Client& client_;
  const Shape shape_;
  std::atomic<int64_t> unstarted_;
  std::latch unended_;
  Errors errors_;
};

Errors SdkDoor::Run(const Shape& shape, int64_t gathers) {
  if (shape.at_once > 1) {
    Chain chain(client_, shape, gathers);
    for (int i = 0; i < shape.at_once; ++i) chain.StartNext();
    return chain.Wait();
  }
  Errors errors;
  for (int64_t i = 0; i < gathers; ++i) {
    Check(shape, Gather(client_, MakeOptions(shape), MakeCalls(shape)), &errors);
  }
  return errors;
}

}  // namespace gather::benchmarks
