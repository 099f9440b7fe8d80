#include "client/codegen/calls_generator.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "client/codegen/calls_header.h"
#include "google/protobuf/compiler/cpp/names.h"
#include "google/protobuf/io/printer.h"
#include "google/protobuf/io/zero_copy_stream.h"

namespace gather::codegen {

using google::protobuf::FileDescriptor;
using google::protobuf::compiler::GeneratorContext;
using google::protobuf::compiler::cpp::StripProto;
using google::protobuf::io::Printer;
using google::protobuf::io::ZeroCopyOutputStream;

bool CallsGenerator::Generate(const FileDescriptor* file, const std::string& parameter,
                              GeneratorContext* context, std::string* error) const {
  if (!parameter.empty()) {
    *error = absl::StrCat("there is no parameter \"", parameter, "\": --gather_out takes none");
    return false;
  }
  *error = CallsProblem(*file);
  if (!error->empty()) return false;
  const std::unique_ptr<ZeroCopyOutputStream> stream(
      context->Open(StripProto(file->name()) + ".gather.pb.h"));
  Printer printer(stream.get(), '$');
  PrintCallsHeader(*file, &printer);
  return true;
}

}  // namespace gather::codegen
