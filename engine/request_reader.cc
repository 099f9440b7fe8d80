#include "engine/request_reader.h"

#include <grpcpp/support/proto_buffer_reader.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/field_checks.h"
#include "engine/on_arena.h"
#include "gather/v1/gather.pb.h"
#include "google/protobuf/message_lite.h"

namespace gather::engine {
namespace {

constexpr Field kRequest{"request", std::nullopt};

using Cut = decltype(&CutPayloads);

bool Parse(grpc::ByteBuffer* bytes, google::protobuf::MessageLite* message) {
  grpc::ProtoBufferReader reader(bytes);
  return message->ParseFromZeroCopyStream(&reader) && reader.status().ok();
}

// Parses the message without the payloads that are cut out of it.
std::optional<Refusal> Read(grpc::ByteBuffer* bytes, std::uint64_t max_request_bytes, Cut cut_out,
                            const CutFrom& from, google::protobuf::MessageLite* message,
                            std::vector<KeptPayload>* payloads) {
  grpc::ByteBuffer taken;
  taken.Swap(bytes);
  if (!taken.Valid()) {
    return RefuseArgument(kRequest, "MALFORMED", "the call ended before a message came");
  }
  if (auto refusal = CheckRequestBytes(taken.Length(), max_request_bytes)) return refusal;
  std::optional<CutRequest> cut;
  if (std::vector<grpc::Slice> slices; taken.Length() >= from.request_bytes) {
    if (taken.Dump(&slices).ok()) cut = cut_out(slices, from);
  }
  if (cut) *payloads = std::move(cut->payloads);
  if (cut ? message->ParseFromString(cut->rest) : Parse(&taken, message)) return std::nullopt;
  return RefuseArgument(kRequest, "MALFORMED",
                        absl::StrCat("not a ", message->GetTypeName(),
                                     ": cut short, no protobuf encoding, or a string field that "
                                     "is not UTF-8"));
}

}  // namespace

std::variant<Request, Refusal> ReadRequest(grpc::ByteBuffer* bytes, std::uint64_t max_request_bytes,
                                           const CutFrom& from) {
  Request request(MakeOnArena<v1::GatherRequest>());
  auto refusal =
      Read(bytes, max_request_bytes, &CutPayloads, from, request.message.get(), &request.payloads);
  if (refusal) return *std::move(refusal);
  return request;
}

std::variant<GroupRequest, Refusal> ReadGroupRequest(grpc::ByteBuffer* bytes,
                                                     std::uint64_t max_request_bytes,
                                                     const CutFrom& from) {
  GroupRequest request;
  std::vector<KeptPayload> payloads;
  auto refusal =
      Read(bytes, max_request_bytes, &CutAddedPayload, from, &request.message, &payloads);
  if (refusal) return *std::move(refusal);
  if (!payloads.empty()) request.payload = std::move(payloads.front().payload);
  return request;
}

std::optional<Refusal> CheckRequestBytes(std::uint64_t bytes, std::uint64_t max_request_bytes) {
  if (bytes <= max_request_bytes) return std::nullopt;
  return Refuse(kRequest, absl::StatusCode::kResourceExhausted, "REQUEST_TOO_LARGE",
                absl::StrCat(bytes, " bytes, at most ", max_request_bytes),
                absl::StrCat(max_request_bytes));
}

}  // namespace gather::engine
