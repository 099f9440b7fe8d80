#include "benchmarks/held_calls.h"

#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <chrono>
#include <memory>

#include "absl/strings/str_cat.h"

namespace gather::benchmarks {

HeldCalls::HeldCalls(const std::string& backend)
    : stub_(grpc::CreateChannel(backend, grpc::InsecureChannelCredentials())) {}

absl::Status HeldCalls::Await(int count) { return Ask("Await", absl::StrCat(count)); }

absl::Status HeldCalls::Release() { return Ask("Release", ""); }

absl::Status HeldCalls::Ask(const std::string& method, const std::string& bytes) {
  grpc::CompletionQueue queue;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(1));
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer request(&slice, 1);
  const auto reader = stub_.PrepareUnaryCall(
      &context, absl::StrCat("/gather.benchmarks.v1.HoldService/", method), request, &queue);
  grpc::ByteBuffer reply;
  grpc::Status status;
  reader->StartCall();
  reader->Finish(&reply, &status, nullptr);
  void* tag;
  bool ok;
  queue.Next(&tag, &ok);
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) continue;
  if (status.ok()) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("hold_backend, ", method, " ", bytes, ": ", status.error_message()));
}

}  // namespace gather::benchmarks
