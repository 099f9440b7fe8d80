#include "tests/e2e/admin_fixture.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <chrono>
#include <fstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/json_util.h"
#include "tests/support/behavior.h"

namespace gather::test {
namespace {

v1::GatherRequest Parsed(const std::string& text) {
  v1::GatherRequest request;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
  return request;
}

}  // namespace

void AdminFixture::Start(std::vector<std::string> flags) {
  flags.push_back(absl::StrCat("--targets=users=", backend_.address()));
  Run(std::move(flags));
}

void AdminFixture::StartWithFile(const std::string& rest) { RunFile("", rest); }

void AdminFixture::StartWithLimits(const std::string& limits) {
  RunFile(absl::StrCat(R"(, "limits": {)", limits, "}"),
          R"("limits": {"max_buffered_bytes": 100000000})");
}

void AdminFixture::RunFile(const std::string& of_target, const std::string& rest) {
  const std::string path = absl::StrCat(::testing::TempDir(), "/gatherd.json");
  std::ofstream(path) << R"({"targets": [{"name": "users", "address": ")" << backend_.address()
                      << R"(", "request_metadata": ["*"])" << of_target << "}],"
                      << R"("allow": [{"principals": ["*"], "targets": ["*"]}], )" << rest << "}";
  Run({absl::StrCat("--config=", path)});
}

void AdminFixture::Run(std::vector<std::string> flags) {
  flags.push_back("--admin=127.0.0.1:0");
  gatherd_ = std::make_unique<GatherdProcess>(flags);
  stub_ = v1::GatherService::NewStub(
      grpc::CreateChannel(gatherd_->address(), grpc::InsecureChannelCredentials()));
}

grpc::Status AdminFixture::Gather(const std::string& request) {
  grpc::ClientContext context;
  return Gather(request, &context);
}

grpc::Status AdminFixture::Gather(const std::string& request, grpc::ClientContext* context) {
  v1::GatherResponse response;
  return stub_->Gather(context, Parsed(request), &response);
}

std::unique_ptr<grpc::ClientReader<v1::GatherEvent>> AdminFixture::AsCompleted(
    const std::string& request, grpc::ClientContext* context) {
  return stub_->AsCompleted(context, Parsed(request));
}

std::string AdminFixture::Value(const std::string& series) {
  const HttpAnswer metrics = Get("/metrics");
  for (const absl::string_view line : absl::StrSplit(metrics.body, '\n')) {
    if (absl::StartsWith(line, absl::StrCat(series, " "))) {
      return std::string(line.substr(series.size() + 1));
    }
  }
  return "none";
}

std::string AdminFixture::WaitForValue(const std::string& series, const std::string& value) {
  const auto patience = std::chrono::steady_clock::now() + TestBackend::kPatience;
  std::string seen = Value(series);
  while (seen != value && std::chrono::steady_clock::now() < patience) seen = Value(series);
  return seen;
}

google::protobuf::Struct AdminFixture::State() {
  google::protobuf::Struct state;
  const HttpAnswer answer = Get("/debug/state");
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(answer.body, &state).ok()) << answer.body;
  return state;
}

}  // namespace gather::test
