#ifndef GATHER_CLI_METHOD_TYPES_H_
#define GATHER_CLI_METHOD_TYPES_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/opened_types.h"
#include "gather/v1/gather.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/message.h"
#include "google/protobuf/util/type_resolver.h"

namespace gather::cli {

// The types of a method's request and replies: turns JSON into what a backend takes, and what it
// answers into JSON, by protobuf's own conversion.
//
// For one thread at a time: types may be asked for over the network when they are first needed.
class MethodTypes {
 public:
  // Both outlive this.
  MethodTypes(const google::protobuf::MethodDescriptor* method,
              google::protobuf::util::TypeResolver* types);

  bool server_streaming() const { return method_->server_streaming(); }
  bool client_streaming() const { return method_->client_streaming(); }

  // The serialised message. kInvalidArgument says what is wrong with the JSON, in one line.
  absl::StatusOr<std::string> RequestFromJson(absl::string_view json);
  absl::StatusOr<std::string> ReplyFromJson(absl::string_view json);

  // On one line. kInvalidArgument where the bytes are no such message, or hold what has no JSON.
  absl::StatusOr<std::string> ReplyToJson(const std::string& reply);
  absl::StatusOr<std::string> OutcomeToJson(const v1::Outcome& outcome);

  // Of the backend, and of gather.v1 with replies as the backend's messages.
  google::protobuf::util::TypeResolver* types() { return &types_; }

 private:
  // JSON's conversion takes bytes that are cut off, or no message at all, for the end of one.
  absl::Status CheckReply(const std::string& reply);

  absl::StatusOr<std::string> FromJson(const google::protobuf::Descriptor& type,
                                       absl::string_view json);

  const google::protobuf::MethodDescriptor* const method_;
  OpenedTypes types_;
  google::protobuf::DynamicMessageFactory messages_;
  const std::unique_ptr<google::protobuf::Message> reply_;
};

// One line of JSON for a sub-call's replies: the reply's; a list of them for a method that streams;
// a string of base64 where `types` is null, or they cannot be read as that.
std::string RepliesToJson(const v1::Outcome& outcome, MethodTypes* types);

// One line of JSON of gather.v1.Outcome in which `response` and `responses` are the backend's
// messages; strings of base64 where RepliesToJson's are. Details of a status whose types are not
// known stand in it as gather.gatherctl.v1.UnknownDetail.
std::string OutcomeToJson(v1::Outcome outcome, MethodTypes* types);

// One line of JSON of a message of gather.v1.
std::string ToJson(const google::protobuf::Message& message);

}  // namespace gather::cli

#endif  // GATHER_CLI_METHOD_TYPES_H_
