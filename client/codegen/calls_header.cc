#include "client/codegen/calls_header.h"

#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "client/codegen/cpp_name.h"
#include "google/protobuf/compiler/cpp/names.h"
#include "google/protobuf/descriptor.pb.h"

namespace gather::codegen {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::MethodOptions;
using google::protobuf::ServiceDescriptor;
using google::protobuf::SourceLocation;
using google::protobuf::compiler::cpp::QualifiedClassName;
using google::protobuf::compiler::cpp::StripProto;
using google::protobuf::io::Printer;

std::string CallsNamespace(const FileDescriptor& file) {
  const std::string package = absl::StrReplaceAll(file.package(), {{".", "::"}});
  return absl::StrCat(package, package.empty() ? "" : "::", "calls");
}

// Distinct for distinct paths, unlike a name in capitals.
std::string IncludeGuard(const FileDescriptor& file) {
  std::string guard = "GATHER_CALLS_";
  for (const char c : file.name()) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c))) {
      guard.push_back(c);
    } else {
      absl::StrAppend(&guard, "_", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
    }
  }
  return guard + "_H_";
}

template <typename Descriptor>
std::string CommentOf(const Descriptor& descriptor) {
  SourceLocation location;
  return descriptor.GetSourceLocation(&location) ? location.leading_comments : "";
}

void PrintComment(absl::string_view comment, Printer* printer) {
  absl::ConsumeSuffix(&comment, "\n");
  if (comment.empty()) return;
  for (absl::string_view line : absl::StrSplit(comment, '\n')) {
    line = absl::StripTrailingAsciiWhitespace(line);
    // A backslash at its end would draw the next line into the comment.
    printer->Print("//$line$$end$\n", "line", std::string(line), "end",
                   absl::EndsWith(line, "\\") ? "." : "");
  }
}

bool HasOneRequest(const MethodDescriptor& method) { return !method.client_streaming(); }

bool StreamsReplies(const FileDescriptor& file) {
  for (int i = 0; i < file.service_count(); ++i) {
    for (int j = 0; j < file.service(i)->method_count(); ++j) {
      const MethodDescriptor& method = *file.service(i)->method(j);
      if (HasOneRequest(method) && method.server_streaming()) return true;
    }
  }
  return false;
}

std::string ReplyOf(const MethodDescriptor& method) {
  const std::string message = QualifiedClassName(method.output_type());
  return method.server_streaming() ? absl::StrCat("::std::vector<", message, ">") : message;
}

std::string AttributesOf(const MethodDescriptor& method) {
  const bool deprecated = method.options().deprecated() || method.service()->options().deprecated();
  return deprecated ? "[[nodiscard, deprecated]]" : "[[nodiscard]]";
}

void PrintMethod(const MethodDescriptor& method, Printer* printer) {
  if (!HasOneRequest(method)) {
    printer->Print("// No call of $method$: it streams requests, and a sub-call has one.\n",
                   "method", method.name());
    return;
  }
  PrintComment(CommentOf(method), printer);
  const std::map<std::string, std::string> variables = {
      {"attributes", AttributesOf(method)},
      {"idempotent", method.options().idempotency_level() == MethodOptions::IDEMPOTENCY_UNKNOWN
                         ? ""
                         : "\n      .Idempotent()"},
      {"method", CppName(method.name())},
      {"path", absl::StrCat("/", method.service()->full_name(), "/", method.name())},
      {"reply", ReplyOf(method)},
      {"request", QualifiedClassName(method.input_type())},
  };
  printer->Print(variables,
                 "$attributes$ inline ::gather::Call<$reply$> $method$(\n"
                 "    ::absl::string_view target, const $request$& request) {\n"
                 "  return ::gather::Call<$reply$>(target, \"$path$\", request)$idempotent$;\n"
                 "}\n");
}

void PrintService(const ServiceDescriptor& service, Printer* printer) {
  const std::string name =
      absl::StrCat(CallsNamespace(*service.file()), "::", CppName(service.name()));
  printer->Print("\n");
  PrintComment(CommentOf(service), printer);
  printer->Print("namespace $name$ {\n", "name", name);
  for (int i = 0; i < service.method_count(); ++i) {
    printer->Print("\n");
    PrintMethod(*service.method(i), printer);
  }
  printer->Print("\n}  // namespace $name$\n", "name", name);
}

}  // namespace

void PrintCallsHeader(const FileDescriptor& file, Printer* printer) {
  const std::map<std::string, std::string> variables = {
      {"guard", IncludeGuard(file)},
      {"messages", StripProto(file.name()) + ".pb.h"},
      {"proto", file.name()},
      {"vector", StreamsReplies(file) ? "#include <vector>\n\n" : ""},
  };
  printer->Print(variables,
                 "// Made by protoc-gen-gather of $proto$. Changes here are lost.\n"
                 "\n"
                 "#ifndef $guard$\n"
                 "#define $guard$\n"
                 "\n"
                 "$vector$"
                 "#include \"absl/strings/string_view.h\"\n"
                 "#include \"gather/call.h\"\n"
                 "#include \"$messages$\"\n");
  for (int i = 0; i < file.service_count(); ++i) PrintService(*file.service(i), printer);
  printer->Print(variables, "\n#endif  // $guard$\n");
}

std::string CallsProblem(const FileDescriptor& file) {
  if (file.service_count() == 0) return "";
  const std::string name = absl::StrCat(file.package(), file.package().empty() ? "" : ".", "calls");
  const DescriptorPool& pool = *file.pool();
  if (pool.FindMessageTypeByName(name) == nullptr && pool.FindEnumTypeByName(name) == nullptr &&
      pool.FindServiceByName(name) == nullptr && pool.FindExtensionByName(name) == nullptr &&
      pool.FindEnumValueByName(name) == nullptr) {
    return "";
  }
  return absl::StrCat("\"", name,
                      "\" stands where the calls of the services would: in C++ both are ", "named ",
                      absl::StrReplaceAll(name, {{".", "::"}}));
}

}  // namespace gather::codegen
