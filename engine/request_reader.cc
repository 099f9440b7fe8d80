#include "engine/request_reader.h"

#include <grpcpp/support/proto_buffer_reader.h>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/field_checks.h"
#include "google/protobuf/message_lite.h"

namespace gather::engine {
namespace {

constexpr Field kRequest{"request", std::nullopt};

std::optional<Refusal> Read(grpc::ByteBuffer* bytes, std::uint64_t max_request_bytes,
                            google::protobuf::MessageLite* message) {
  grpc::ByteBuffer taken;
  taken.Swap(bytes);
  if (!taken.Valid()) {
    return RefuseArgument(kRequest, "MALFORMED", "the call ended before a message came");
  }
  if (auto refusal = CheckRequestBytes(taken.Length(), max_request_bytes)) return refusal;
  grpc::ProtoBufferReader reader(&taken);
  if (!message->ParseFromZeroCopyStream(&reader) || !reader.status().ok()) {
    return RefuseArgument(kRequest, "MALFORMED",
                          absl::StrCat("not a ", message->GetTypeName(),
                                       ": cut short, no protobuf encoding, or a string field that "
                                       "is not UTF-8"));
  }
  return std::nullopt;
}

}  // namespace

std::variant<std::unique_ptr<v1::GatherRequest>, Refusal> ReadRequest(
    grpc::ByteBuffer* bytes, std::uint64_t max_request_bytes) {
  auto request = std::make_unique<v1::GatherRequest>();
  if (auto refusal = Read(bytes, max_request_bytes, request.get())) return *std::move(refusal);
  return request;
}

std::variant<v1::TaskGroupRequest, Refusal> ReadGroupRequest(grpc::ByteBuffer* bytes,
                                                             std::uint64_t max_request_bytes) {
  v1::TaskGroupRequest request;
  if (auto refusal = Read(bytes, max_request_bytes, &request)) return *std::move(refusal);
  return request;
}

std::optional<Refusal> CheckRequestBytes(std::uint64_t bytes, std::uint64_t max_request_bytes) {
  if (bytes <= max_request_bytes) return std::nullopt;
  return Refuse(kRequest, absl::StatusCode::kResourceExhausted, "REQUEST_TOO_LARGE",
                absl::StrCat(bytes, " bytes, at most ", max_request_bytes),
                absl::StrCat(max_request_bytes));
}

}  // namespace gather::engine
