#include "cli/schemas.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "cli/reflection.h"
#include "cli/tls_files.h"
#include "gather/server_channel.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor_database.h"
#include "google/protobuf/util/type_resolver_util.h"

namespace gather::cli {
namespace {

using google::protobuf::DescriptorPool;

struct Path {
  std::string service;
  std::string method;
};

absl::StatusOr<Path> ReadPath(absl::string_view method) {
  const std::size_t slash = method.rfind('/');
  absl::string_view service = method.substr(0, slash);
  if (slash == absl::string_view::npos || !absl::ConsumePrefix(&service, "/") || service.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", method, "\" is no method: it must be /package.Service/Method"));
  }
  return Path{std::string(service), std::string(method.substr(slash + 1))};
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> ChannelTo(const gatherctl::v1::Target& target) {
  ClientOptions options;
  if (target.has_tls()) {
    auto tls = ReadTls(target.tls());
    if (!tls.ok()) return tls.status();
    options.tls = *std::move(tls);
  }
  return internal::MakeServerChannel(target.address(), options);
}

std::string MethodsOf(const google::protobuf::ServiceDescriptor& service) {
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(service.method_count()));
  for (int i = 0; i < service.method_count(); ++i) names.push_back(service.method(i)->name());
  return absl::StrJoin(names, ", ");
}

}  // namespace

// Types from one place.
class Schemas::Source {
 public:
  explicit Source(std::unique_ptr<DescriptorFiles> files)
      : files_(std::move(files)), types_(Resolver(files_->pool())) {}

  Source(std::string target, std::shared_ptr<grpc::Channel> channel)
      : target_(std::move(target)),
        reflection_(std::make_unique<ReflectionDatabase>(std::move(channel))),
        protobuf_(std::make_unique<google::protobuf::DescriptorPoolDatabase>(
            *DescriptorPool::generated_pool())),
        both_(std::make_unique<google::protobuf::MergedDescriptorDatabase>(reflection_.get(),
                                                                           protobuf_.get())),
        asked_(std::make_unique<DescriptorPool>(both_.get())),
        types_(Resolver(*asked_)) {}

  // Null: there is no such service here.
  const google::protobuf::ServiceDescriptor* FindService(const std::string& name) const {
    return pool().FindServiceByName(name);
  }

  // Why nothing is found.
  absl::Status Problem(const std::string& service) const {
    if (reflection_ == nullptr || reflection_->status().ok()) {
      return absl::NotFoundError(absl::StrCat("target \"", target_, "\" has no service ", service));
    }
    if (absl::IsUnimplemented(reflection_->status())) {
      return absl::NotFoundError(
          absl::StrCat("target \"", target_,
                       "\" has no server reflection: name its types with --proto or "
                       "--descriptor_set"));
    }
    return absl::UnavailableError(absl::StrCat(
        "cannot ask target \"", target_, "\" for its types (", reflection_->status().message(),
        "); --proto or --descriptor_set can name them"));
  }

  google::protobuf::util::TypeResolver* types() const { return types_.get(); }

 private:
  static std::unique_ptr<google::protobuf::util::TypeResolver> Resolver(
      const DescriptorPool& pool) {
    return std::unique_ptr<google::protobuf::util::TypeResolver>(
        google::protobuf::util::NewTypeResolverForDescriptorPool("type.googleapis.com", &pool));
  }

  const DescriptorPool& pool() const { return files_ != nullptr ? files_->pool() : *asked_; }

  const std::string target_;
  const std::unique_ptr<DescriptorFiles> files_;
  const std::unique_ptr<ReflectionDatabase> reflection_;
  const std::unique_ptr<google::protobuf::DescriptorDatabase> protobuf_;
  const std::unique_ptr<google::protobuf::DescriptorDatabase> both_;
  const std::unique_ptr<DescriptorPool> asked_;
  const std::unique_ptr<google::protobuf::util::TypeResolver> types_;
};

Schemas::Schemas(gatherctl::v1::Settings settings, std::unique_ptr<DescriptorFiles> files)
    : settings_(std::move(settings)),
      files_(files == nullptr ? nullptr : std::make_unique<Source>(std::move(files))) {}

Schemas::~Schemas() = default;

absl::StatusOr<MethodTypes*> Schemas::Find(const std::string& target, const std::string& method) {
  auto place = found_.find({target, method});
  if (place == found_.end()) {
    place = found_.emplace(std::pair(target, method), Look(target, method)).first;
  }
  if (!place->second.ok()) return place->second.status();
  return place->second->get();
}

Schemas::Found Schemas::Look(const std::string& target, const std::string& method) {
  const absl::StatusOr<Path> path = ReadPath(method);
  if (!path.ok()) return path.status();
  const Source* source = files_.get();
  const google::protobuf::ServiceDescriptor* service =
      source == nullptr ? nullptr : source->FindService(path->service);
  if (service == nullptr) {
    const absl::StatusOr<Source*> asked = SourceOf(target);
    if (!asked.ok()) return asked.status();
    source = *asked;
    service = source->FindService(path->service);
  }
  if (service == nullptr) return source->Problem(path->service);
  const auto* const found = service->FindMethodByName(path->method);
  if (found == nullptr) {
    return absl::NotFoundError(absl::StrCat(path->service, " has no method ", path->method,
                                            "; it has: ", MethodsOf(*service)));
  }
  return std::make_unique<MethodTypes>(found, source->types());
}

absl::StatusOr<Schemas::Source*> Schemas::SourceOf(const std::string& target) {
  std::unique_ptr<Source>& source = targets_[target];
  if (source != nullptr) return source.get();
  const gatherctl::v1::Target* described = nullptr;
  for (const gatherctl::v1::Target& each : settings_.targets()) {
    if (each.name() == target) described = &each;
  }
  if (described == nullptr) {
    return absl::NotFoundError(absl::StrCat(
        "where target \"", target, "\" can be asked for its types is not known: --target=", target,
        "=HOST:PORT says it, or name the types with --proto or --descriptor_set"));
  }
  auto channel = ChannelTo(*described);
  if (!channel.ok()) return channel.status();
  source = std::make_unique<Source>(target, *std::move(channel));
  return source.get();
}

}  // namespace gather::cli
