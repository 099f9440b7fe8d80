#include "engine/request_reader.h"

#include <grpcpp/support/proto_buffer_reader.h>

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/field_checks.h"

namespace gather::engine {
namespace {

constexpr Field kRequest{"request", std::nullopt};

}  // namespace

std::variant<std::unique_ptr<v1::GatherRequest>, Refusal> ReadRequest(
    grpc::ByteBuffer* bytes, std::uint64_t max_request_bytes) {
  grpc::ByteBuffer taken;
  taken.Swap(bytes);
  if (!taken.Valid()) {
    return RefuseArgument(kRequest, "MALFORMED", "the call ended before a message came");
  }
  if (taken.Length() > max_request_bytes) {
    return Refuse(kRequest, absl::StatusCode::kResourceExhausted, "REQUEST_TOO_LARGE",
                  absl::StrCat(taken.Length(), " bytes, at most ", max_request_bytes),
                  absl::StrCat(max_request_bytes));
  }
  auto request = std::make_unique<v1::GatherRequest>();
  grpc::ProtoBufferReader reader(&taken);
  if (!request->ParseFromZeroCopyStream(&reader) || !reader.status().ok()) {
    return RefuseArgument(kRequest, "MALFORMED",
                          "not a gather.v1.GatherRequest: cut short, no protobuf encoding, or a "
                          "string field that is not UTF-8");
  }
  return request;
}

}  // namespace gather::engine
