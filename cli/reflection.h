#ifndef GATHER_CLI_REFLECTION_H_
#define GATHER_CLI_REFLECTION_H_

#include <grpcpp/channel.h>

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/descriptor_database.h"
#include "grpc/reflection/v1/reflection.pb.h"

namespace gather::cli {

// The types that a backend describes by gRPC's server reflection (v1alpha, else v1), asked for when
// they are first needed and kept. Blocks for at most 5 s a question.
//
// For one thread at a time.
class ReflectionDatabase final : public google::protobuf::DescriptorDatabase {
 public:
  explicit ReflectionDatabase(std::shared_ptr<grpc::Channel> channel)
      : channel_(std::move(channel)) {}

  bool FindFileByName(const std::string& name,
                      google::protobuf::FileDescriptorProto* file) override;
  bool FindFileContainingSymbol(const std::string& symbol,
                                google::protobuf::FileDescriptorProto* file) override;

  // Backends need no extensions to describe requests and replies in JSON.
  bool FindFileContainingExtension(const std::string& /*type*/, int /*number*/,
                                   google::protobuf::FileDescriptorProto* /*file*/) override {
    return false;
  }

  // Why a question had no answer, after which no other is asked. OK: all had one, be it that the
  // backend knows no such thing.
  const absl::Status& status() const { return status_; }

 private:
  using Question = grpc::reflection::v1::ServerReflectionRequest;
  using Answer = grpc::reflection::v1::ServerReflectionResponse;

  absl::StatusOr<Answer> Ask(const Question& question);

  // Asks, and keeps the files of the answer.
  void Learn(const Question& question);

  const std::shared_ptr<grpc::Channel> channel_;
  google::protobuf::SimpleDescriptorDatabase known_;
  std::set<std::string> asked_;  // file names and symbols
  bool newer_ = false;           // the backend speaks v1 and not v1alpha
  absl::Status status_;
};

}  // namespace gather::cli

#endif  // GATHER_CLI_REFLECTION_H_
