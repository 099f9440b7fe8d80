#include "examples/demo_backends.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "demo.grpc.pb.h"
#include "examples/open_calls.h"

namespace demo {
namespace {

using std::chrono::milliseconds;

class UserDirectory final : public Users::CallbackService {
 public:
  explicit UserDirectory(OpenCalls* calls) : calls_(calls) {}

  grpc::ServerUnaryReactor* GetUser(grpc::CallbackServerContext* /*context*/,
                                    const GetUserRequest* request, User* reply) override {
    if (request->name() == "nobody") {
      return calls_->Answer({grpc::StatusCode::NOT_FOUND, "there is no user \"nobody\""},
                            milliseconds(20));
    }
    reply->set_name(request->name());
    reply->set_full_name(request->name() == "ada" ? "Ada Lovelace" : request->name());
    return calls_->Answer(grpc::Status::OK, milliseconds(20));
  }

 private:
  OpenCalls* const calls_;
};

class PostFeed final : public Posts::CallbackService {
 public:
  explicit PostFeed(OpenCalls* calls) : calls_(calls) {}

  grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* /*context*/,
                                 const ListRequest* request, PostList* reply) override {
    if (request->author() == "ada") {
      reply->add_posts()->set_title("On the Analytical Engine");
      reply->add_posts()->set_title("Notes, A to G");
    }
    return calls_->Answer(grpc::Status::OK, milliseconds(100));
  }

 private:
  OpenCalls* const calls_;
};

class AdvertAuction final : public Adverts::CallbackService {
 public:
  explicit AdvertAuction(OpenCalls* calls) : calls_(calls) {}

  grpc::ServerUnaryReactor* Pick(grpc::CallbackServerContext* /*context*/,
                                 const PickRequest* request, Advert* reply) override {
    if (request->topic() == "weather") {
      return calls_->Answer({grpc::StatusCode::UNAVAILABLE, "nobody bids for \"weather\""},
                            milliseconds(50));
    }
    reply->set_text(absl::StrCat("All about ", request->topic()));
    return calls_->Answer(grpc::Status::OK,
                          milliseconds(request->topic() == "auction" ? 5000 : 150));
  }

 private:
  OpenCalls* const calls_;
};

class MeterService final : public Meter::Service {
 public:
  explicit MeterService(OpenCalls* calls) : calls_(calls) {}

  grpc::Status Read(grpc::ServerContext* context, const ReadRequest* request,
                    Reading* reply) override {
    const OpenCalls::Counts counts = calls_->Await(request->await_cancelled(), context->deadline());
    reply->set_calls(counts.calls);
    reply->set_cancelled(counts.cancelled);
    reply->set_max_in_flight(counts.max_in_flight);
    return grpc::Status::OK;
  }

 private:
  OpenCalls* const calls_;
};

}  // namespace

// One server with one of the services, and its meter.
class Backend {
 public:
  using MakeService = std::function<std::unique_ptr<grpc::Service>(OpenCalls*)>;

  Backend(std::string name, const MakeService& make_service)
      : name_(std::move(name)), service_(make_service(&calls_)), meter_(&calls_) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(service_.get());
    builder.RegisterService(&meter_);
    server_ = builder.BuildAndStart();
  }
  ~Backend() { server_->Shutdown(std::chrono::system_clock::now()); }

  std::string target() const { return absl::StrCat(name_, "=127.0.0.1:", port_); }

 private:
  const std::string name_;
  OpenCalls calls_;
  const std::unique_ptr<grpc::Service> service_;
  MeterService meter_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

DemoBackends::DemoBackends() {
  backends_.push_back(std::make_unique<Backend>(
      "users", [](OpenCalls* calls) { return std::make_unique<UserDirectory>(calls); }));
  backends_.push_back(std::make_unique<Backend>(
      "posts", [](OpenCalls* calls) { return std::make_unique<PostFeed>(calls); }));
  backends_.push_back(std::make_unique<Backend>(
      "adverts", [](OpenCalls* calls) { return std::make_unique<AdvertAuction>(calls); }));
}

DemoBackends::~DemoBackends() = default;

std::string DemoBackends::targets() const {
  return absl::StrJoin(backends_, ",", [](std::string* out, const auto& backend) {
    out->append(backend->target());
  });
}

}  // namespace demo
