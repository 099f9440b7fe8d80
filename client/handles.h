#ifndef GATHER_CLIENT_HANDLES_H_
#define GATHER_CLIENT_HANDLES_H_

#include <memory>
#include <string>
#include <utility>

#include "gather/connection.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

// The handles of a connection. Each shares what it stands for, whose methods must be legal from any
// thread and at any time, too.

template <typename Gather>
class GatherHandle final : public PendingGather {
 public:
  explicit GatherHandle(std::shared_ptr<Gather> gather) : gather_(std::move(gather)) {}
  void Cancel() override { gather_->Cancel(); }

 private:
  const std::shared_ptr<Gather> gather_;
};

template <typename Stream>
class StreamHandle final : public PendingStream {
 public:
  explicit StreamHandle(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) {}
  void Cancel() override { stream_->Cancel(); }
  void Pause(bool paused) override { stream_->Pause(paused); }

 private:
  const std::shared_ptr<Stream> stream_;
};

// What is done with it goes as messages of the wire: Send(v1::TaskGroupRequest).
template <typename Group>
class GroupHandle final : public PendingGroup {
 public:
  explicit GroupHandle(std::shared_ptr<Group> group) : group_(std::move(group)) {}

  void Cancel() override { group_->Cancel(); }
  void Pause(bool paused) override { group_->Pause(paused); }

  void Add(v1::SubCall call) override {
    v1::TaskGroupRequest message;
    *message.mutable_add() = std::move(call);
    group_->Send(std::move(message));
  }

  void CancelCall(std::string id) override {
    v1::TaskGroupRequest message;
    message.mutable_cancel()->set_id(std::move(id));
    group_->Send(std::move(message));
  }

  void EndEarly() override {
    v1::TaskGroupRequest message;
    message.mutable_end_early();
    group_->Send(std::move(message));
  }

  void Join() override {
    v1::TaskGroupRequest message;
    message.mutable_join();
    group_->Send(std::move(message));
  }

 private:
  const std::shared_ptr<Group> group_;
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_HANDLES_H_
