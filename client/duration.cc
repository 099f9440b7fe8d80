#include "gather/duration.h"

#include "absl/strings/str_cat.h"
#include "gather/refusal.h"

namespace gather::internal {
namespace {

constexpr absl::Duration kLongest = absl::Seconds(315'576'000'000);  // of google.protobuf.Duration

}  // namespace

absl::Status TimeoutToProto(absl::Duration timeout, absl::string_view field,
                            google::protobuf::Duration* proto) {
  if (timeout <= absl::ZeroDuration() || timeout > kLongest) {
    return MakeRefusal(
        absl::StatusCode::kInvalidArgument, "BAD_TIMEOUT", field,
        absl::StrCat("a timeout is positive and finite, not ", absl::FormatDuration(timeout)));
  }
  const absl::Duration whole = absl::Ceil(timeout, absl::Nanoseconds(1));
  absl::Duration rest;
  proto->set_seconds(absl::IDivDuration(whole, absl::Seconds(1), &rest));
  proto->set_nanos(static_cast<int>(absl::ToInt64Nanoseconds(rest)));
  return absl::OkStatus();
}

absl::Duration FromProto(const google::protobuf::Duration& proto) {
  return absl::Seconds(proto.seconds()) + absl::Nanoseconds(proto.nanos());
}

}  // namespace gather::internal
