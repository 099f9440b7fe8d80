#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "gather/gather.h"
#include "gather/v1/gather.grpc.pb.h"
#include "gather/v1/gather.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "tests/e2e/door_test.h"
#include "tests/e2e/gatherd_process.h"
#include "tests/support/behavior.h"
#include "tests/support/call_ledger.h"
#include "tests/support/certificates.h"
#include "tests/support/jwt_issuer.h"
#include "tests/support/test_backend.h"

// gatherd asks who calls: by certificate, by token, by JWT.
namespace gather::test {
namespace {

// printf %s opensesame | sha256sum
constexpr char kTokenHash[] = "d9fb92e3bbe65be1f1aad4a82eef4567f7a1ebe2cd110c8049b9698be7a70c88";

constexpr char kReflection[] = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";

std::ptrdiff_t ThreadsOf(pid_t pid) {
  return std::distance(
      std::filesystem::directory_iterator(absl::StrCat("/proc/", pid, "/task").c_str()), {});
}

class IdentityTest : public ::testing::Test {
 protected:
  // Two targets, both the one backend; `more` says the rest of the configuration.
  void Serve(const std::string& more) {
    Write(more);
    gatherd_.emplace(std::vector<std::string>{"--config=" + file_});
  }

  void Write(const std::string& more) {
    ReplaceFile(file_, absl::StrReplaceAll(R"({
      "targets": [
        {"name": "users", "address": "$ADDRESS", "forward_principal": true},
        {"name": "posts", "address": "$ADDRESS"}
      ],
      $MORE
    })",
                                           {{"$ADDRESS", backend_.address()}, {"$MORE", more}}));
  }

  std::string Tls(const Certificate& certificate) {
    return absl::StrCat(R"("listener": {"tls": {"certificate_file": ")",
                        certificate.certificate_file, R"(", "private_key_file": ")",
                        certificate.key_file, R"(", "client_ca_file": ")", clients_.file(),
                        R"("}},)");
  }

  // Only "spiffe://test/web" may call, and only users.
  void ServeMutualTls(const Certificate& certificate) {
    Serve(absl::StrCat(Tls(certificate), R"("authentication": {"client_certificate": true},
      "allow": [{"principals": ["spiffe://test/web"], "targets": ["users"]}])"));
  }

  void ServeTokens() {
    Serve(absl::StrCat(R"("authentication": {"tokens": [{"sha256": ")", kTokenHash,
                       R"(", "principal": "ali"}]},
      "allow": [{"principals": ["ali"], "targets": ["users"], "methods": ["/test.Users/Get"]}])"));
  }

  Client ClientWith(const Certificate& certificate) {
    ClientOptions options;
    options.tls = TlsOptions{servers_.pem(), certificate.certificate, certificate.key};
    return Client::Connect(gatherd_->address(), options);
  }

  static Options Bearing(const std::string& token) {
    Options options;
    options.metadata = {{"authorization", absl::StrCat("Bearer ", token)}};
    return options;
  }

  static Call<Text> CallTo(const std::string& target, const std::string& method = "Get") {
    return Call<Text>(target, absl::StrCat("/test.Users/", method), MakeText("x"));
  }

  absl::Status CallWith(const Certificate& certificate) {
    return Gather(ClientWith(certificate), CallTo("users")).status();
  }

  // The lines that say that somebody was refused.
  std::vector<std::string> Strangers() { return gatherd_->WaitForEvents("no_identity", 1); }

  void ExpectNoIdentity(const absl::Status& status) {
    EXPECT_TRUE(absl::IsUnauthenticated(status)) << status;
    EXPECT_EQ(ReasonOf(status), "NO_IDENTITY");
    EXPECT_EQ(status.message(), "no identity, or none that is accepted here");
    EXPECT_EQ(backend_.counts().calls, 0);
  }

  const std::string file_ = TemporaryPath("gatherd.json");
  const CertificateAuthority servers_{"servers"};
  const CertificateAuthority clients_{"clients"};
  TestBackend backend_;
  std::optional<GatherdProcess> gatherd_;
};

TEST_F(IdentityTest, ACertificateNamesThePrincipalAndTheBackendIsTold) {
  ServeMutualTls(servers_.IssueForServer("one"));
  const absl::Status status = CallWith(clients_.Issue("web", "URI:spiffe://test/web,DNS:web"));
  EXPECT_TRUE(status.ok()) << status;
  const CallRecord record = backend_.records().at(0);
  const std::string* const principal = FindMetadata(record.call, "gather-principal");
  ASSERT_NE(principal, nullptr);
  EXPECT_EQ(*principal, "spiffe://test/web");
}

TEST_F(IdentityTest, WhatItMayNotCallDoesNotExistForACaller) {
  ServeMutualTls(servers_.IssueForServer("one"));
  const Client client = ClientWith(clients_.Issue("web", "URI:spiffe://test/web"));
  const absl::Status forbidden = Gather(client, CallTo("posts")).status();
  const absl::Status unknown = Gather(client, CallTo("ports")).status();
  EXPECT_TRUE(absl::IsNotFound(forbidden)) << forbidden;
  EXPECT_EQ(ReasonOf(forbidden), "UNKNOWN_TARGET");
  EXPECT_EQ(forbidden.message(), "calls[0].target: no target \"posts\"");
  EXPECT_EQ(unknown.message(), "calls[0].target: no target \"ports\"");
  EXPECT_EQ(unknown.code(), forbidden.code());
  EXPECT_EQ(backend_.counts().calls, 0);
}

TEST_F(IdentityTest, AVerifiedButUnknownCertificateIsRefusedAndItsNamesAreLogged) {
  ServeMutualTls(servers_.IssueForServer("one"));
  ExpectNoIdentity(CallWith(clients_.Issue("mallory", "URI:spiffe://test/mallory,DNS:mallory")));
  const std::vector<std::string> lines = Strangers();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_NE(lines[0].find("san=\"spiffe://test/mallory mallory\""), std::string::npos) << lines[0];
}

TEST_F(IdentityTest, WhoseCertificateIsNotVerifiedFailsAndGatherdServesOn) {
  ServeMutualTls(servers_.IssueForServer("one"));
  const CertificateAuthority others("others");
  EXPECT_TRUE(absl::IsUnavailable(CallWith(others.Issue("web", "URI:spiffe://test/web"))));
  EXPECT_TRUE(absl::IsUnavailable(CallWith(clients_.Issue("old", "URI:spiffe://test/web", -1))));
  EXPECT_TRUE(absl::IsUnavailable(CallWith(Certificate())));
  EXPECT_TRUE(
      absl::IsUnavailable(Gather(Client::Connect(gatherd_->address()), CallTo("users")).status()));
  EXPECT_EQ(backend_.counts().calls, 0);
  EXPECT_TRUE(CallWith(clients_.Issue("web", "URI:spiffe://test/web")).ok());
}

TEST_F(IdentityTest, AServerOfAnotherAuthorityIsNotSpokenTo) {
  const CertificateAuthority others("others");
  ServeMutualTls(others.IssueForServer("one"));
  EXPECT_TRUE(absl::IsUnavailable(CallWith(clients_.Issue("web", "URI:spiffe://test/web"))));
  EXPECT_EQ(backend_.counts().calls, 0);
}

TEST_F(IdentityTest, ARenewedCertificateIsServedWithoutARestart) {
  const CertificateAuthority next("next");
  const Certificate first = servers_.IssueForServer("one");
  const Certificate web = clients_.Issue("web", "URI:spiffe://test/web");
  ServeMutualTls(first);
  const Client standing = ClientWith(web);
  ASSERT_TRUE(Gather(standing, CallTo("users")).ok());

  const Certificate renewed = next.IssueForServer("two");
  ReplaceFile(first.certificate_file, renewed.certificate);
  ReplaceFile(first.key_file, renewed.key);
  ClientOptions options;
  options.tls = TlsOptions{next.pem(), web.certificate, web.key};
  const absl::Status after =
      Gather(Client::Connect(gatherd_->address(), options), CallTo("users")).status();
  EXPECT_TRUE(after.ok()) << after;
  EXPECT_TRUE(absl::IsUnavailable(CallWith(web))) << "the old one is served no more";
  EXPECT_TRUE(Gather(standing, CallTo("users")).ok()) << "what is connected stays so";
}

TEST_F(IdentityTest, AnUnusableRenewalIsLoggedAndTheLastGoodOneServed) {
  const Certificate first = servers_.IssueForServer("one");
  ServeMutualTls(first);
  ReplaceFile(first.certificate_file, servers_.IssueForServer("two").certificate);
  EXPECT_TRUE(CallWith(clients_.Issue("web", "URI:spiffe://test/web")).ok());
  const std::vector<std::string> lines = gatherd_->WaitForEvents("certificate_refused", 1);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_NE(lines[0].find("is not that of the certificate in"), std::string::npos) << lines[0];
}

TEST_F(IdentityTest, ATokenNamesThePrincipalAndNeverReachesTheBackend) {
  ServeTokens();
  const Client client = Client::Connect(gatherd_->address());
  const auto result = Gather(client, Bearing("opensesame"), CallTo("users"));
  ASSERT_TRUE(result.ok()) << result.status();
  const CallRecord record = backend_.records().at(0);
  EXPECT_EQ(*FindMetadata(record.call, "gather-principal"), "ali");
  EXPECT_EQ(FindMetadata(record.call, "authorization"), nullptr);
}

TEST_F(IdentityTest, WithoutAnAuthorityOfClientsTlsAsksForNoCertificate) {
  const Certificate own = servers_.IssueForServer("one");
  Serve(absl::StrCat(R"("listener": {"tls": {"certificate_file": ")", own.certificate_file,
                     R"(", "private_key_file": ")", own.key_file,
                     R"("}}, "authentication": {"tokens": [{"sha256": ")", kTokenHash,
                     R"(", "principal": "ali"}]},
    "allow": [{"principals": ["ali"], "targets": ["users"]}])"));
  const absl::Status with_token =
      Gather(ClientWith(Certificate()), Bearing("opensesame"), CallTo("users")).status();
  EXPECT_TRUE(with_token.ok()) << with_token;
  EXPECT_EQ(ReasonOf(CallWith(Certificate())), "NO_IDENTITY");
  EXPECT_EQ(ReasonOf(CallWith(servers_.Issue("own", "URI:ali"))), "NO_IDENTITY")
      << "whatever is shown, nobody asked for it";
  const absl::Status plaintext =
      Gather(Client::Connect(gatherd_->address()), Bearing("opensesame"), CallTo("users")).status();
  EXPECT_TRUE(absl::IsUnavailable(plaintext)) << plaintext;
}

TEST_F(IdentityTest, AReloadTakesATokenOut) {
  ServeTokens();
  const Client client = Client::Connect(gatherd_->address());
  ASSERT_TRUE(Gather(client, Bearing("opensesame"), CallTo("users")).ok());
  Write(R"("authentication": {"anonymous_principal": "guest"},
    "allow": [{"principals": ["guest"], "targets": ["posts"]}])");
  kill(gatherd_->pid(), SIGHUP);
  ASSERT_EQ(gatherd_->WaitForEvents("reloaded", 1).size(), 1u);
  EXPECT_EQ(ReasonOf(Gather(client, Bearing("opensesame"), CallTo("users")).status()),
            "UNKNOWN_TARGET");
  EXPECT_TRUE(Gather(client, CallTo("posts")).ok());
}

TEST_F(IdentityTest, AMethodThatIsNotAllowedIsRefusedByName) {
  ServeTokens();
  const Client client = Client::Connect(gatherd_->address());
  const absl::Status status =
      Gather(client, Bearing("opensesame"), CallTo("users", "Delete")).status();
  EXPECT_TRUE(absl::IsPermissionDenied(status)) << status;
  EXPECT_EQ(ReasonOf(status), "METHOD_NOT_ALLOWED");
  EXPECT_EQ(status.message(),
            "calls[0].method: \"/test.Users/Delete\" is not allowed of target \"users\"");
  EXPECT_EQ(backend_.counts().calls, 0);
}

TEST_F(IdentityTest, AWrongTokenIsRefusedAndOnlyDigitsOfItsHashAreLogged) {
  ServeTokens();
  ExpectNoIdentity(
      Gather(Client::Connect(gatherd_->address()), Bearing("sesame"), CallTo("users")).status());
  const std::vector<std::string> lines = Strangers();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_NE(lines[0].find("token_sha256=d0c04f4b"), std::string::npos) << lines[0];
  EXPECT_EQ(lines[0].find("sesame"), std::string::npos) << lines[0];
}

TEST_F(IdentityTest, NobodyIsRefusedByEveryRpcButHealth) {
  ServeTokens();
  const Client client = Client::Connect(gatherd_->address());
  ExpectNoIdentity(Gather(client, CallTo("users")).status());
  auto completed = AsCompleted(client, std::vector(1, CallTo("users")));
  for (const auto& [index, outcome] : completed) {
    EXPECT_EQ(outcome.disposition(), Disposition::kRejected) << index;
  }
  ExpectNoIdentity(completed.status());
  TaskGroup group(client);
  const Task<Text> task = group.Spawn(CallTo("users"));
  ExpectNoIdentity(group.Wait());
}

TEST_F(IdentityTest, CapabilitiesShowWhatTheCallerMayUseAndStrangersNothing) {
  ServeTokens();
  const auto stub = v1::GatherService::NewStub(
      grpc::CreateChannel(gatherd_->address(), grpc::InsecureChannelCredentials()));
  v1::Capabilities capabilities;
  grpc::ClientContext stranger;
  const grpc::Status refused =
      stub->GetCapabilities(&stranger, v1::GetCapabilitiesRequest(), &capabilities);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(stranger.GetServerTrailingMetadata().count("gather-id"), 1u);
  grpc::ClientContext ali;
  ali.AddMetadata("authorization", "Bearer opensesame");
  const grpc::Status told =
      stub->GetCapabilities(&ali, v1::GetCapabilitiesRequest(), &capabilities);
  ASSERT_TRUE(told.ok()) << told.error_message();
  ASSERT_EQ(capabilities.targets_size(), 1);
  EXPECT_EQ(capabilities.targets(0).name(), "users");
  ASSERT_EQ(capabilities.targets(0).methods_size(), 1);
  EXPECT_EQ(capabilities.targets(0).methods(0), "/test.Users/Get");
}

TEST_F(IdentityTest, HealthNeedsNoIdentity) {
  ServeTokens();
  const auto health = grpc::health::v1::Health::NewStub(
      grpc::CreateChannel(gatherd_->address(), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  grpc::health::v1::HealthCheckResponse response;
  EXPECT_TRUE(health->Check(&context, grpc::health::v1::HealthCheckRequest(), &response).ok());
  EXPECT_EQ(response.status(), grpc::health::v1::HealthCheckResponse::SERVING);
}

TEST_F(IdentityTest, ReflectionNeedsNoIdentityAndTakesNoMoreThanItsThreads) {
  ServeTokens();
  const auto channel = grpc::CreateChannel(gatherd_->address(), grpc::InsecureChannelCredentials());
  grpc::GenericStub stub(channel);
  grpc::CompletionQueue queue;
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::GenericClientAsyncReaderWriter>> streams;
  for (std::size_t i = 0; i < 100; ++i) {
    contexts.push_back(std::make_unique<grpc::ClientContext>());
    streams.push_back(stub.PrepareCall(contexts.back().get(), kReflection, &queue));
    streams.back()->StartCall(nullptr);
    void* tag = nullptr;
    bool ok = false;
    ASSERT_TRUE(queue.Next(&tag, &ok));
  }
  ASSERT_TRUE(
      Gather(Client::Connect(gatherd_->address()), Bearing("opensesame"), CallTo("users")).ok());
  EXPECT_LT(ThreadsOf(gatherd_->pid()), 50);
  for (const auto& context : contexts) context->TryCancel();
  streams.clear();
  queue.Shutdown();
}

TEST_F(IdentityTest, JwtsAreTakenFromTheirIssuerOnly) {
  const JwtIssuer issuer("idp");
  const std::string keys = TemporaryPath("jwks.json");
  ReplaceFile(keys, issuer.KeySet());
  Serve(absl::StrCat(R"("authentication": {"jwt": {"jwks_file": ")", keys,
                     R"(", "issuer": "https://idp.test", "audience": "gather"}},
    "allow": [{"principals": ["web"], "targets": ["users"]}])"));
  const Client client = Client::Connect(gatherd_->address());
  const absl::Time hour = absl::Now() + absl::Hours(1);
  const std::string good = JwtIssuer::Claims("web", hour);
  const std::map<std::string, std::string> bad = {
      {"expired", issuer.Sign(JwtIssuer::Claims("web", absl::Now() - absl::Hours(1)))},
      {"another audience", issuer.Sign(absl::StrReplaceAll(good, {{"gather", "mail"}}))},
      {"another issuer", issuer.Sign(absl::StrReplaceAll(good, {{"idp.test", "x.test"}}))},
      {"not signed", JwtIssuer::Unsigned(good)},
      {"a public key as a secret", JwtIssuer::SignWithSecret(good, issuer.public_key())},
      {"another key", JwtIssuer("other").Sign(good)}};
  for (const auto& [what, token] : bad) {
    SCOPED_TRACE(what);
    ExpectNoIdentity(Gather(client, Bearing(token), CallTo("users")).status());
  }
  EXPECT_EQ(gatherd_->WaitForEvents("no_identity", bad.size()).size(), bad.size());
  EXPECT_TRUE(Gather(client, Bearing(issuer.Sign(good)), CallTo("users")).ok());
  const std::string stranger = JwtIssuer::Claims("guest", hour);
  EXPECT_EQ(ReasonOf(Gather(client, Bearing(issuer.Sign(stranger)), CallTo("users")).status()),
            "UNKNOWN_TARGET");
}

}  // namespace
}  // namespace gather::test
