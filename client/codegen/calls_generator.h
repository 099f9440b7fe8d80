#ifndef GATHER_CLIENT_CODEGEN_CALLS_GENERATOR_H_
#define GATHER_CLIENT_CODEGEN_CALLS_GENERATOR_H_

#include <cstdint>
#include <string>

#include "google/protobuf/compiler/code_generator.h"
#include "google/protobuf/descriptor.h"

namespace gather::codegen {

// Writes, for each .proto file, a header of the calls that its services offer to a gather (see
// calls_header.h): demo.gather.pb.h for demo.proto, also where there is no service. Takes no
// parameters. Stateless.
class CallsGenerator : public google::protobuf::compiler::CodeGenerator {
 public:
  bool Generate(const google::protobuf::FileDescriptor* file, const std::string& parameter,
                google::protobuf::compiler::GeneratorContext* context,
                std::string* error) const override;

  std::uint64_t GetSupportedFeatures() const override { return FEATURE_PROTO3_OPTIONAL; }
};

}  // namespace gather::codegen

#endif  // GATHER_CLIENT_CODEGEN_CALLS_GENERATOR_H_
