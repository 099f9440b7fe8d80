#include "engine/refusal.h"

#include "engine/duration.h"

namespace gather::engine {
namespace {

constexpr absl::string_view kDomain = "gather.v1";
constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kRetryInfoUrl[] = "type.googleapis.com/google.rpc.RetryInfo";
constexpr char kGatherFailureUrl[] = "type.googleapis.com/gather.v1.GatherFailure";

void Pack(const google::protobuf::Message& message, const char* type_url, v1::Status* status) {
  google::protobuf::Any* detail = status->add_details();
  detail->set_type_url(type_url);
  message.SerializeToString(detail->mutable_value());
}

}  // namespace

v1::ErrorInfo MakeErrorInfo(absl::string_view reason) {
  v1::ErrorInfo info;
  info.set_reason(reason.data(), reason.size());
  info.set_domain(kDomain.data(), kDomain.size());
  return info;
}

v1::Status ToProto(const Refusal& refusal) {
  v1::Status status;
  status.set_code(refusal.code);
  status.set_message(refusal.message);
  v1::ErrorInfo info = MakeErrorInfo(refusal.reason);
  info.mutable_metadata()->insert(refusal.metadata.begin(), refusal.metadata.end());
  AddDetail(info, &status);
  if (refusal.retry_after) {
    v1::RetryInfo retry;
    ToProto(*refusal.retry_after, retry.mutable_retry_delay());
    AddDetail(retry, &status);
  }
  return status;
}

void AddDetail(const v1::ErrorInfo& message, v1::Status* status) {
  Pack(message, kErrorInfoUrl, status);
}

void AddDetail(const v1::RetryInfo& message, v1::Status* status) {
  Pack(message, kRetryInfoUrl, status);
}

void AddDetail(const v1::GatherFailure& message, v1::Status* status) {
  Pack(message, kGatherFailureUrl, status);
}

}  // namespace gather::engine
