#ifndef GATHER_CLIENT_OWNED_REQUEST_H_
#define GATHER_CLIENT_OWNED_REQUEST_H_

#include <memory>
#include <utility>

#include "gather/v1/gather.pb.h"

namespace gather {

// A gather's request on its way to an engine: a plain message, or one that keeps all its parts on
// an arena, which a request of many sub-calls is made and freed faster on. Never empty, unless it
// was moved from. Not for two threads at once.
class OwnedRequest {
 public:
  OwnedRequest() : OwnedRequest(v1::GatherRequest()) {}
  OwnedRequest(v1::GatherRequest request)  // NOLINT(google-explicit-constructor)
      : request_(std::make_shared<v1::GatherRequest>(std::move(request))) {}

  // `request` is not null, keeps whatever the message lives on, and nobody else uses it any more.
  explicit OwnedRequest(std::shared_ptr<v1::GatherRequest> request)
      : request_(std::move(request)) {}

  OwnedRequest(OwnedRequest&&) = default;
  OwnedRequest& operator=(OwnedRequest&&) = default;
  ~OwnedRequest() = default;

  v1::GatherRequest& operator*() const { return *request_; }
  v1::GatherRequest* operator->() const { return request_.get(); }

  std::shared_ptr<v1::GatherRequest> Take() && { return std::move(request_); }

 private:
  std::shared_ptr<v1::GatherRequest> request_;
};

}  // namespace gather

#endif  // GATHER_CLIENT_OWNED_REQUEST_H_
