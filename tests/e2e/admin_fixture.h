#ifndef GATHER_TESTS_E2E_ADMIN_FIXTURE_H_
#define GATHER_TESTS_E2E_ADMIN_FIXTURE_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "gather/v1/gather.grpc.pb.h"
#include "gather/v1/gather.pb.h"
#include "google/protobuf/struct.pb.h"
#include "tests/e2e/gatherd_process.h"
#include "tests/support/http_get.h"
#include "tests/support/test_backend.h"

namespace gather::test {

// A gatherd with an admin listener, a backend that it calls `users`, and the plain wire to it.
//
//   Start();
//   Gather("calls { target: 'users' method: '/S/M' }");
//   EXPECT_EQ(Value("gather_accepted_total{rpc=\"Gather\"}"), "1");
class AdminFixture : public ::testing::Test {
 protected:
  // With those flags besides its own.
  void Start(std::vector<std::string> flags = {});

  // With a configuration file; `rest` is what it says besides targets and rules, as JSON members.
  void StartWithFile(const std::string& rest);

  // With a configuration file; `limits` are those of the target, as JSON members.
  void StartWithLimits(const std::string& limits);

  // A GatherRequest as text format. Its status; the response is dropped.
  grpc::Status Gather(const std::string& request);
  grpc::Status Gather(const std::string& request, grpc::ClientContext* context);

  // Sends it and does not wait: an answer comes when `context` is cancelled, or in time.
  std::unique_ptr<grpc::ClientReader<v1::GatherEvent>> AsCompleted(const std::string& request,
                                                                   grpc::ClientContext* context);

  HttpAnswer Get(const std::string& path) { return HttpGet(gatherd().AdminAddress(), path); }

  // What a scrape says of the series that is written so; "none" when there is none.
  std::string Value(const std::string& series);

  // Scrapes until the series has that value; at most 10 s. The last value seen.
  std::string WaitForValue(const std::string& series, const std::string& value);

  // What /debug/state says, parsed.
  google::protobuf::Struct State();

  GatherdProcess& gatherd() { return *gatherd_; }
  TestBackend& backend() { return backend_; }
  v1::GatherService::Stub& stub() { return *stub_; }

 private:
  void Run(std::vector<std::string> flags);
  void RunFile(const std::string& of_target, const std::string& rest);

  TestBackend backend_{FromMetadata};
  std::unique_ptr<GatherdProcess> gatherd_;
  std::unique_ptr<v1::GatherService::Stub> stub_;
};

}  // namespace gather::test

#endif  // GATHER_TESTS_E2E_ADMIN_FIXTURE_H_
