#include "cli/descriptor_files.h"

#include <fstream>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/wording.h"
#include "google/protobuf/compiler/importer.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/descriptor_database.h"

namespace gather::cli {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::compiler::DiskSourceTree;

// Keeps the first thing that is wrong.
class FirstProblem final : public DescriptorPool::ErrorCollector,
                           public google::protobuf::compiler::MultiFileErrorCollector {
 public:
  void AddError(const std::string& file, int line, int /*column*/,
                const std::string& message) override {
    Note(line < 0 ? absl::StrCat(file, ": ", message)
                  : absl::StrCat(file, ":", line + 1, ": ", message));
  }
  void AddError(const std::string& file, const std::string& element,
                const google::protobuf::Message* /*descriptor*/, ErrorLocation /*location*/,
                const std::string& message) override {
    Note(absl::StrCat(file, ": ", element, ": ", message));
  }

  const std::string& text() const { return text_; }

 private:
  void Note(const std::string& problem) {
    if (text_.empty()) text_ = OneLine(problem);
  }

  std::string text_;
};

class FilesOnDisk final : public DescriptorFiles {
 public:
  FilesOnDisk()
      : protobuf_(*DescriptorPool::generated_pool()),
        sources_database_(&sources_, &protobuf_),
        all_(std::vector<google::protobuf::DescriptorDatabase*>{&sets_, &sources_database_}),
        pool_(&all_, &problem_) {
    sources_database_.RecordErrorsTo(&problem_);
  }

  absl::Status Read(const gatherctl::v1::Settings& settings) {
    for (const std::string& path : settings.proto_paths()) sources_.MapPath("", path);
    if (settings.proto_paths().empty()) sources_.MapPath("", ".");
    std::vector<std::string> names;
    for (const std::string& set : settings.descriptor_sets()) {
      if (absl::Status read = ReadSet(set, &names); !read.ok()) return read;
    }
    for (const std::string& proto : settings.protos()) {
      auto name = NameOf(proto);
      if (!name.ok()) return name.status();
      names.push_back(*std::move(name));
    }
    for (const std::string& name : names) {
      if (pool_.FindFileByName(name) != nullptr) continue;
      return absl::InvalidArgumentError(
          problem_.text().empty() ? absl::StrCat(name, ": cannot be read") : problem_.text());
    }
    return absl::OkStatus();
  }

  const DescriptorPool& pool() const override { return pool_; }

 private:
  absl::Status ReadSet(const std::string& path, std::vector<std::string>* names) {
    std::ifstream file(path, std::ios::binary);
    google::protobuf::FileDescriptorSet set;
    if (!file || !set.ParseFromIstream(&file)) {
      return absl::InvalidArgumentError(
          absl::StrCat(path,
                       ": cannot be read as a set of descriptors, which protoc "
                       "--descriptor_set_out --include_imports writes"));
    }
    for (const auto& described : set.file()) {
      google::protobuf::FileDescriptorProto known;
      if (sets_.FindFileByName(described.name(), &known)) continue;
      sets_.Add(described);
      names->push_back(described.name());
    }
    return absl::OkStatus();
  }

  // As other .proto files would import it. A file outside of all paths adds its own folder.
  absl::StatusOr<std::string> NameOf(const std::string& path) {
    std::string name;
    std::string other;
    auto found = sources_.DiskFileToVirtualFile(path, &name, &other);
    if (found == DiskSourceTree::NO_MAPPING) {
      const std::size_t slash = path.rfind('/');
      sources_.MapPath("", slash == 0 ? "/" : path.substr(0, slash));
      found = sources_.DiskFileToVirtualFile(path, &name, &other);
    }
    switch (found) {
      case DiskSourceTree::SUCCESS:
        return name;
      case DiskSourceTree::SHADOWED:
        return absl::InvalidArgumentError(
            absl::StrCat(path, ": another file is found first: ", other));
      default:
        return absl::InvalidArgumentError(
            absl::StrCat(path, ": cannot be read; is it below a --proto_path?"));
    }
  }

  FirstProblem problem_;
  google::protobuf::DescriptorPoolDatabase protobuf_;
  google::protobuf::SimpleDescriptorDatabase sets_;
  DiskSourceTree sources_;
  google::protobuf::compiler::SourceTreeDescriptorDatabase sources_database_;
  google::protobuf::MergedDescriptorDatabase all_;
  DescriptorPool pool_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<DescriptorFiles>> DescriptorFiles::Read(
    const gatherctl::v1::Settings& settings) {
  auto files = std::make_unique<FilesOnDisk>();
  absl::Status read = files->Read(settings);
  if (!read.ok()) return read;
  return files;
}

}  // namespace gather::cli
