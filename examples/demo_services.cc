#include "examples/demo_services.h"

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "demo.grpc.pb.h"

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

// Oslo has missed the last write of "motto", and is restarted when it is asked for the "menu".
class ReplicaStore final : public Replica::CallbackService {
 public:
  ReplicaStore(OpenCalls* calls, std::string city, milliseconds distance)
      : calls_(calls), city_(std::move(city)), distance_(distance) {}

  grpc::ServerUnaryReactor* Lookup(grpc::CallbackServerContext* /*context*/,
                                   const LookupRequest* request, Entry* reply) override {
    const bool in_oslo = city_ == "oslo";
    if (request->key() == "menu" && in_oslo) {
      return calls_->Answer({grpc::StatusCode::UNAVAILABLE, "oslo is being restarted"},
                            milliseconds(10));
    }
    if (request->key() == "menu") {
      reply->set_value("soup of the day");
      reply->set_version(1);
    } else if (request->key() == "motto") {
      reply->set_value(in_oslo ? "make haste" : "make haste slowly");
      reply->set_version(in_oslo ? 6 : 7);
    } else {
      return calls_->Answer({grpc::StatusCode::NOT_FOUND, "there is no such key"}, distance_);
    }
    return calls_->Answer(grpc::Status::OK, distance_);
  }

 private:
  OpenCalls* const calls_;
  const std::string city_;
  const milliseconds distance_;
};

struct WebPage {
  int takes_ms;
  std::vector<std::string> links;
};

class WebSite final : public Site::CallbackService {
 public:
  explicit WebSite(OpenCalls* calls) : calls_(calls) {}

  grpc::ServerUnaryReactor* Fetch(grpc::CallbackServerContext* /*context*/,
                                  const FetchRequest* request, Page* reply) override {
    static const auto* const pages = new std::map<std::string, WebPage>{
        {"/", {40, {"/blog", "/docs"}}},         {"/blog", {100, {"/blog/1", "/blog/2", "/docs"}}},
        {"/blog/1", {40, {"/", "/docs/faq"}}},   {"/blog/2", {70, {"/gone"}}},
        {"/docs", {40, {"/docs/faq", "/blog"}}}, {"/docs/faq", {40, {"/docs"}}},
    };
    const auto page = pages->find(request->path());
    if (page == pages->end()) {
      return calls_->Answer({grpc::StatusCode::NOT_FOUND, "the page is gone"}, milliseconds(20));
    }
    reply->set_title(absl::StrCat("Page ", request->path()));
    for (const std::string& link : page->second.links) reply->add_links(link);
    return calls_->Answer(grpc::Status::OK, milliseconds(page->second.takes_ms));
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

std::unique_ptr<grpc::Service> MakeUsers(OpenCalls* calls) {
  return std::make_unique<UserDirectory>(calls);
}

std::unique_ptr<grpc::Service> MakePosts(OpenCalls* calls) {
  return std::make_unique<PostFeed>(calls);
}

std::unique_ptr<grpc::Service> MakeAdverts(OpenCalls* calls) {
  return std::make_unique<AdvertAuction>(calls);
}

std::unique_ptr<grpc::Service> MakeReplica(OpenCalls* calls, std::string city,
                                           std::chrono::milliseconds distance) {
  return std::make_unique<ReplicaStore>(calls, std::move(city), distance);
}

std::unique_ptr<grpc::Service> MakeSite(OpenCalls* calls) {
  return std::make_unique<WebSite>(calls);
}

std::unique_ptr<grpc::Service> MakeMeter(OpenCalls* calls) {
  return std::make_unique<MeterService>(calls);
}

}  // namespace demo
