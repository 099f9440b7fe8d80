#include "gather/connection.h"

#include <utility>

namespace gather {
namespace {

class EndedGroup final : public PendingGroup {
 public:
  void Add(v1::SubCall /*call*/) override {}
  void CancelCall(std::string /*id*/) override {}
  void EndEarly() override {}
  void Join() override {}
  void Cancel() override {}
  void Pause(bool /*paused*/) override {}
};

std::unique_ptr<EndedGroup> Refuse(Connection* connection, std::shared_ptr<StreamSink> sink) {
  connection->RunOnWorker([sink = std::move(sink)] {
    sink->OnEnd(absl::UnimplementedError("this connection has no streams"));
  });
  return std::make_unique<EndedGroup>();
}

}  // namespace

std::unique_ptr<PendingStream> Connection::StartStream(v1::GatherRequest /*request*/,
                                                       const GatherContext& /*context*/,
                                                       std::shared_ptr<StreamSink> sink) {
  return Refuse(this, std::move(sink));
}

std::unique_ptr<PendingGroup> Connection::StartGroup(v1::Open /*open*/,
                                                     const GatherContext& /*context*/,
                                                     std::shared_ptr<StreamSink> sink) {
  return Refuse(this, std::move(sink));
}

}  // namespace gather
