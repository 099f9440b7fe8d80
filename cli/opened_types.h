#ifndef GATHER_CLI_OPENED_TYPES_H_
#define GATHER_CLI_OPENED_TYPES_H_

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "google/protobuf/type.pb.h"
#include "google/protobuf/util/type_resolver.h"

namespace gather::cli {

// The URL under which protobuf's JSON conversion asks for a type.
std::string TypeUrl(const std::string& type_name);

// Types of gather.v1 in which some fields of bytes are declared as what the bytes hold. On the wire
// a message's bytes and a message are the same, so that protobuf's own JSON conversion reads and
// writes `response` as the backend's message:
//
//   OpenedTypes types(backend_types);
//   types.Name("OfUsers", "gather.v1.Outcome");
//   types.Open("OfUsers", "response", "demo.User");
//   BinaryToJsonString(&types, TypeUrl("OfUsers"), outcome.SerializeAsString(), &json);
//
// Knows besides: the types of `others`, those linked into the program, and google.rpc.ErrorInfo and
// RetryInfo.
class OpenedTypes final : public google::protobuf::util::TypeResolver {
 public:
  using Status = google::protobuf::util::Status;

  // `others` outlives this; null: none.
  explicit OpenedTypes(google::protobuf::util::TypeResolver* others = nullptr);

  // Another name for `message`, which is opened apart from it: a backend's own messages may hold
  // some of gather.v1.
  void Name(const std::string& name, const std::string& message);

  // That `field` of `message` holds messages of `type`; full names.
  void Open(const std::string& message, const std::string& field, const std::string& type);

  Status ResolveMessageType(const std::string& url, google::protobuf::Type* type) override;
  Status ResolveEnumType(const std::string& url, google::protobuf::Enum* type) override;

 private:
  google::protobuf::util::TypeResolver* const others_;
  const std::unique_ptr<google::protobuf::util::TypeResolver> linked_;
  std::map<std::string, std::string> names_;
  std::map<std::pair<std::string, std::string>, std::string> opened_;
};

}  // namespace gather::cli

#endif  // GATHER_CLI_OPENED_TYPES_H_
