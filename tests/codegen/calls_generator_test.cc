#include "client/codegen/calls_generator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>

#include "google/protobuf/compiler/code_generator.h"
#include "google/protobuf/compiler/importer.h"
#include "google/protobuf/io/zero_copy_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace gather::codegen {
namespace {

using google::protobuf::FileDescriptor;
using google::protobuf::compiler::DiskSourceTree;
using google::protobuf::compiler::GeneratorContext;
using google::protobuf::compiler::Importer;
using google::protobuf::compiler::MultiFileErrorCollector;
using google::protobuf::compiler::SourceTree;
using google::protobuf::io::ArrayInputStream;
using google::protobuf::io::StringOutputStream;
using google::protobuf::io::ZeroCopyInputStream;
using google::protobuf::io::ZeroCopyOutputStream;
using ::testing::HasSubstr;

constexpr char kGolden[] = "tests/codegen/golden/";

// What was generated, by file name.
class GeneratedFiles : public GeneratorContext {
 public:
  ZeroCopyOutputStream* Open(const std::string& name) override {
    return new StringOutputStream(&contents_[name]);
  }

  const std::map<std::string, std::string>& contents() const { return contents_; }

 private:
  std::map<std::string, std::string> contents_;
};

class FailingCollector : public MultiFileErrorCollector {
 public:
  void AddError(const std::string& file, int line, int /*column*/,
                const std::string& message) override {
    ADD_FAILURE() << file << ":" << line << ": " << message;
  }
};

// One file, test.proto.
class OneSource : public SourceTree {
 public:
  explicit OneSource(const std::string& text) : text_("syntax = \"proto3\";\n" + text) {}

  ZeroCopyInputStream* Open(const std::string& file) override {
    if (file != "test.proto") return nullptr;
    return new ArrayInputStream(text_.data(), static_cast<int>(text_.size()));
  }

 private:
  const std::string text_;
};

class CallsGeneratorTest : public ::testing::Test {
 protected:
  const FileDescriptor* Import(SourceTree* source, const std::string& file) {
    importer_ = std::make_unique<Importer>(source, &collector_);
    return importer_->Import(file);
  }

  // Why the generator refuses such a file; empty if it does not.
  std::string ErrorOf(const std::string& text, const std::string& parameter = "") {
    OneSource source(text);
    GeneratedFiles files;
    std::string error;
    const bool done = generator_.Generate(Import(&source, "test.proto"), parameter, &files, &error);
    EXPECT_EQ(done, error.empty());
    EXPECT_EQ(done, files.contents().size() == 1);
    return error;
  }

  const CallsGenerator generator_{};

 private:
  FailingCollector collector_;
  std::unique_ptr<Importer> importer_;
};

class GoldenTest : public CallsGeneratorTest, public ::testing::WithParamInterface<const char*> {};

// To write a golden file anew: build //tests/codegen/golden:all and copy what was generated.
TEST_P(GoldenTest, IsWhatIsGenerated) {
  DiskSourceTree disk;
  disk.MapPath("", ".");
  disk.MapPath("", "../com_google_protobuf");
  const std::string stem = std::string(kGolden) + GetParam();
  GeneratedFiles files;
  std::string error;
  ASSERT_TRUE(generator_.Generate(Import(&disk, stem + ".proto"), "", &files, &error)) << error;

  ASSERT_EQ(files.contents().size(), 1);
  const auto& [name, content] = *files.contents().begin();
  EXPECT_EQ(name, stem + ".gather.pb.h");
  std::ifstream golden(stem + ".gather.pb.h.golden");
  EXPECT_EQ(content, std::string(std::istreambuf_iterator<char>(golden), {}));
}

INSTANTIATE_TEST_SUITE_P(Files, GoldenTest, ::testing::Values("bare", "money", "shop"));

TEST_F(CallsGeneratorTest, TakesAnOrdinaryService) {
  EXPECT_EQ(ErrorOf("package p; message M {} service S { rpc R(M) returns (M); }"), "");
}

TEST_F(CallsGeneratorTest, RefusesParameters) {
  EXPECT_THAT(ErrorOf("message M {}", "mocks=true"), HasSubstr("\"mocks=true\""));
}

TEST_F(CallsGeneratorTest, RefusesWhatHasTheNamespacesName) {
  const std::string service = " service S { rpc R(M) returns (M); } message M {}";
  for (const char* named : {"message calls {}", "enum calls { A = 0; }", "enum E { calls = 0; }",
                            "service calls { rpc R(M) returns (M); }"}) {
    EXPECT_THAT(ErrorOf("package p.q; " + std::string(named) + service),
                HasSubstr("named p::q::calls"));
    EXPECT_THAT(ErrorOf(named + service), HasSubstr("\"calls\""));
  }
}

TEST_F(CallsGeneratorTest, LeavesTheNamespacesNameToFilesWithoutServices) {
  EXPECT_EQ(ErrorOf("package p; message calls {}"), "");
}

}  // namespace
}  // namespace gather::codegen
