#include "tests/support/generic_call.h"

#include <grpc/compression.h>

#include <utility>
#include <vector>

#include "engine/compressed_reply.h"

namespace gather::test {
namespace {

constexpr int kMaxMetadataBytes = 64 * 1024;
constexpr int kInitialBackoffMillis = 100;
constexpr int kMaxBackoffMillis = 5000;

std::string ToString(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

std::unique_ptr<grpc::ClientContext> WithTimeout(std::chrono::milliseconds timeout) {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(std::chrono::system_clock::now() + timeout);
  return context;
}

}  // namespace

grpc::ChannelArguments BackendChannelArguments() {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kInitialBackoffMillis);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kMaxBackoffMillis);
  arguments.SetInt(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, 1 << GRPC_COMPRESS_NONE);
  arguments.SetInt(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  return arguments;
}

GenericCall::GenericCall(std::shared_ptr<grpc::Channel> channel, const std::string& method,
                         absl::string_view request, std::chrono::milliseconds timeout)
    : GenericCall(std::move(channel), method, request, WithTimeout(timeout)) {}

GenericCall::GenericCall(std::shared_ptr<grpc::Channel> channel, const std::string& method,
                         absl::string_view request, std::unique_ptr<grpc::ClientContext> context)
    : context_(std::move(context)), stub_(std::move(channel)) {
  const grpc::Slice slice(request.data(), request.size());
  reader_ = stub_.PrepareUnaryCall(context_.get(), method, grpc::ByteBuffer(&slice, 1), &queue_);
  reader_->StartCall();
  reader_->Finish(&reply_, &result_.status, this);
}

GenericCall::~GenericCall() {
  if (!ended_) {
    context_->TryCancel();
    Wait();
  }
  queue_.Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (queue_.Next(&tag, &ok)) {
  }
}

const CallResult& GenericCall::Wait() {
  void* tag = nullptr;
  bool ok = false;
  if (!ended_ && queue_.Next(&tag, &ok)) TakeResult();
  return result_;
}

bool GenericCall::PollFor(std::chrono::milliseconds time) {
  void* tag = nullptr;
  bool ok = false;
  const auto until = std::chrono::system_clock::now() + time;
  if (!ended_ && queue_.AsyncNext(&tag, &ok, until) == grpc::CompletionQueue::GOT_EVENT) {
    TakeResult();
  }
  return ended_;
}

void GenericCall::TakeResult() {
  ended_ = true;
  result_.got_message = reply_.Valid();
  result_.compressed = engine::IsCompressed(&reply_);
  result_.reply = ToString(reply_);
  result_.peer = context_->peer();
}

}  // namespace gather::test
