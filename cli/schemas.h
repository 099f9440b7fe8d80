#ifndef GATHER_CLI_SCHEMAS_H_
#define GATHER_CLI_SCHEMAS_H_

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "cli/descriptor_files.h"
#include "cli/method_types.h"
#include "gather/gatherctl/v1/gatherctl.pb.h"

namespace gather::cli {

// Where the types of methods are found: in files, else by asking the target. Each method is looked
// for once. For one thread at a time.
class Schemas {
 public:
  // `files` may be null.
  Schemas(gatherctl::v1::Settings settings, std::unique_ptr<DescriptorFiles> files);
  ~Schemas();

  // The types of "/package.Service/Method" of that target, which live as long as this. Blocks where
  // the target is asked. kUnavailable: it cannot be; kInvalidArgument, kNotFound: there is no such
  // method, or nobody to ask, in one line.
  absl::StatusOr<MethodTypes*> Find(const std::string& target, const std::string& method);

 private:
  class Source;
  using Found = absl::StatusOr<std::unique_ptr<MethodTypes>>;

  Found Look(const std::string& target, const std::string& method);

  // Of the target, by reflection.
  absl::StatusOr<Source*> SourceOf(const std::string& target);

  const gatherctl::v1::Settings settings_;
  std::unique_ptr<Source> files_;
  std::map<std::string, std::unique_ptr<Source>> targets_;
  std::map<std::pair<std::string, std::string>, Found> found_;
};

}  // namespace gather::cli

#endif  // GATHER_CLI_SCHEMAS_H_
