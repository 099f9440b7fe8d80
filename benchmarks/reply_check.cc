#include "benchmarks/reply_check.h"

#include <grpcpp/support/proto_buffer_reader.h>

#include "absl/strings/str_cat.h"
#include "benchmarks/middle.pb.h"
#include "benchmarks/workload.h"

namespace gather::benchmarks {

std::string CheckReply(const Shape& shape, grpc::ByteBuffer* reply) {
  if (shape.levels == 2) {
    v1::FanOutResponse response;
    grpc::ProtoBufferReader reader(reply);
    if (!response.ParseFromZeroCopyStream(&reader)) return "an unreadable reply from the middle";
    return Check(shape, response);
  }
  if (reply->Length() == static_cast<size_t>(shape.payload_bytes)) return "";
  return absl::StrCat("a reply of ", reply->Length(), " bytes");
}

}  // namespace gather::benchmarks
