#ifndef GATHER_ENGINE_REFUSAL_H_
#define GATHER_ENGINE_REFUSAL_H_

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {

// Why a request, or one sub-call of it, is turned away before anything is sent to a backend.
//
// `code` is a google.rpc.Code, `reason` one of the words of the refusal table in docs/refusals.md,
// `message` names the field, the index and the limit (`calls[3].method: …`), and `metadata` says
// the same to a program under the keys `field`, `index` and `limit`. A plain value.
struct Refusal {
  int code = 0;
  std::string reason;
  std::string message;
  std::map<std::string, std::string> metadata;

  // After what time it is worth asking again; unset: as it is, it will not be.
  std::optional<std::chrono::nanoseconds> retry_after = std::nullopt;
};

// The refusal as a status whose details hold one ErrorInfo of domain `gather.v1`, and a RetryInfo
// where it is worth asking again.
v1::Status ToProto(const Refusal& refusal);

// An ErrorInfo of that reason and of the domain `gather.v1`, its metadata still to be filled.
v1::ErrorInfo MakeErrorInfo(absl::string_view reason);

// Packs `message` under its public type URL; ErrorInfo and RetryInfo under their google.rpc names.
void AddDetail(const v1::ErrorInfo& message, v1::Status* status);
void AddDetail(const v1::RetryInfo& message, v1::Status* status);
void AddDetail(const v1::GatherFailure& message, v1::Status* status);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_REFUSAL_H_
