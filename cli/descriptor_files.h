#ifndef GATHER_CLI_DESCRIPTOR_FILES_H_
#define GATHER_CLI_DESCRIPTOR_FILES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gather/gatherctl/v1/gatherctl.pb.h"
#include "google/protobuf/descriptor.h"

namespace gather::cli {

// The types that files describe: .proto files and sets of descriptors.
class DescriptorFiles {
 public:
  // Reads what `settings` names; kInvalidArgument says in one line what is wrong with a file.
  static absl::StatusOr<std::unique_ptr<DescriptorFiles>> Read(
      const gatherctl::v1::Settings& settings);

  virtual ~DescriptorFiles() = default;

  // Holds nothing but its own types and protobuf's.
  virtual const google::protobuf::DescriptorPool& pool() const = 0;
};

}  // namespace gather::cli

#endif  // GATHER_CLI_DESCRIPTOR_FILES_H_
