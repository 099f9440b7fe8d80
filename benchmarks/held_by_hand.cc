#include "benchmarks/held_by_hand.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/slice.h>

#include <chrono>
#include <cstddef>

namespace gather::benchmarks {
namespace {

constexpr char kHold[] = "/gather.benchmarks.v1.HoldService/Hold";
constexpr char kAwait[] = "/gather.benchmarks.v1.HoldService/Await";
constexpr std::chrono::minutes kLongest(10);

grpc::ByteBuffer Bytes(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return {&slice, 1};
}

}  // namespace

HeldByHand::HeldByHand(const std::string& backend)
    : stub_(grpc::CreateChannel(backend, grpc::InsecureChannelCredentials())) {}

HeldByHand::~HeldByHand() {
  queue_.Shutdown();
  void* tag;
  bool ok;
  while (queue_.Next(&tag, &ok)) continue;
}

bool HeldByHand::Start(int count, int payload_bytes) {
  const grpc::ByteBuffer request = Bytes(std::string(payload_bytes, 'x'));
  for (int i = 0; i < count; ++i) Send(kHold, request, &held_.emplace_back());
  // Whoever does not look at the queue does not write either, once a window or a buffer is full.
  Held all_there;
  Send(kAwait, Bytes(std::to_string(count)), &all_there);
  void* tag;
  bool ok;
  queue_.Next(&tag, &ok);
  return tag == &all_there && all_there.status.ok();
}

void HeldByHand::Send(const char* method, const grpc::ByteBuffer& request, Held* held) {
  held->context.set_deadline(std::chrono::system_clock::now() + kLongest);
  held->reader = stub_.PrepareUnaryCall(&held->context, method, request, &queue_);
  held->reader->StartCall();
  held->reader->Finish(&held->reply, &held->status, held);
}

void HeldByHand::CancelAll() {
  for (Held& held : held_) held.context.TryCancel();
  AwaitAll();
}

int HeldByHand::AwaitAll() {
  int failed = 0;
  void* tag;
  bool ok;
  for (std::size_t ended = 0; ended < held_.size() && queue_.Next(&tag, &ok); ++ended) {
    if (!static_cast<Held*>(tag)->status.ok()) ++failed;
  }
  held_.clear();
  return failed;
}

}  // namespace gather::benchmarks
