#ifndef GATHER_CLIENT_CALL_DESCRIPTION_H_
#define GATHER_CLIENT_CALL_DESCRIPTION_H_

#include <initializer_list>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gather/v1/gather.pb.h"
#include "google/protobuf/message_lite.h"

namespace gather::internal {

// What a Call says, whatever its reply's type: the wire's sub-call, and the first thing that is
// wrong with it.
class CallDescription {
 public:
  CallDescription(absl::string_view target, absl::string_view method,
                  const google::protobuf::MessageLite& request);

  // What a gather's defaults are described with: no target, method or request.
  CallDescription() = default;

  void SetId(absl::string_view id);
  void SetTimeout(absl::Duration timeout);
  void AddMetadata(absl::string_view key, absl::string_view value);
  void SetIdempotent(bool idempotent);
  void SetFallback(const google::protobuf::MessageLite& reply,
                   std::initializer_list<absl::StatusCode> codes);
  void SetShielded(bool shielded);
  void SetServerStreaming();
  void SetRequirement(v1::Requirement requirement);

  // The wire's sub-call. After the second one nothing but the destructor may be called.
  v1::SubCall ToSubCall() const;
  void MoveTo(v1::SubCall* sub_call) &&;

  const std::string& target() const { return target_; }
  const std::string& method() const { return method_; }

  // All that was said besides these two and the request.
  const v1::SubCall& rest() const { return rest_; }

  // OK, or kInvalidArgument naming the field.
  const absl::Status& problem() const { return problem_; }

 private:
  void Note(absl::Status problem);

  // A SubCall without an arena would allocate each of its strings twice.
  std::string target_;
  std::string method_;
  std::optional<std::string> request_;
  v1::SubCall rest_;
  absl::Status problem_;
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_CALL_DESCRIPTION_H_
