#include "examples/demo_backends.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "examples/demo_services.h"
#include "examples/open_calls.h"

namespace demo {

using std::chrono::milliseconds;

// One server with one of the services, and its meter.
class Backend {
 public:
  using MakeService = std::function<std::unique_ptr<grpc::Service>(OpenCalls*)>;

  Backend(std::string name, const MakeService& make_service)
      : name_(std::move(name)), service_(make_service(&calls_)), meter_(MakeMeter(&calls_)) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(service_.get());
    builder.RegisterService(meter_.get());
    server_ = builder.BuildAndStart();
  }
  ~Backend() { server_->Shutdown(std::chrono::system_clock::now()); }

  std::string target() const { return absl::StrCat(name_, "=127.0.0.1:", port_); }

 private:
  const std::string name_;
  OpenCalls calls_;
  const std::unique_ptr<grpc::Service> service_;
  const std::unique_ptr<grpc::Service> meter_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

DemoBackends::DemoBackends() {
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  const auto add = [this](std::string name, const Backend::MakeService& make_service) {
    backends_.push_back(std::make_unique<Backend>(std::move(name), make_service));
  };
  add("users", MakeUsers);
  add("posts", MakePosts);
  add("adverts", MakeAdverts);
  const std::pair<const char*, milliseconds> cities[] = {
      {"oslo", milliseconds(40)}, {"rome", milliseconds(80)}, {"lima", milliseconds(200)}};
  for (const auto& [city, distance] : cities) {
    add(city, [city = city, distance = distance](OpenCalls* calls) {
      return MakeReplica(calls, city, distance);
    });
  }
  add("site", MakeSite);
}

DemoBackends::~DemoBackends() = default;

std::string DemoBackends::targets() const {
  return absl::StrJoin(backends_, ",", [](std::string* out, const auto& backend) {
    out->append(backend->target());
  });
}

}  // namespace demo
