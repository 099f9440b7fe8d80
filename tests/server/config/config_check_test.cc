#include "server/config/config_check.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gather/config/v1/config.pb.h"
#include "gtest/gtest.h"
#include "server/config/config_file.h"
#include "server/config/mistakes.h"

namespace gather::server {
namespace {

constexpr char kTargets[] = R"("targets": [{"name": "users", "address": "127.0.0.1:1"}])";
constexpr char kAllow[] = R"("allow": [{"principals": ["*"], "targets": ["*"]}])";

std::string MistakesIn(const std::string& json) {
  auto parsed = ParseConfig(json);
  auto* const unread = std::get_if<Mistakes>(&parsed);
  const Mistakes mistakes =
      unread != nullptr ? *unread : CheckConfig(std::get<config::v1::ServerConfig>(parsed));
  return absl::StrJoin(mistakes, "\n");
}

// Of a configuration that is right but for `fields`.
std::string WithFields(const std::string& fields) {
  return MistakesIn(absl::StrCat("{", kTargets, ",", kAllow, ",", fields, "}"));
}

std::string WithTarget(const std::string& fields) {
  return MistakesIn(absl::StrCat(R"({"targets": [{"name": "users", "address": "127.0.0.1:1", )",
                                 fields, "}],", kAllow, "}"));
}

std::string WithAddress(const std::string& address) {
  return MistakesIn(absl::StrCat(R"({"targets": [{"name": "users", "address": ")", address,
                                 R"("}],)", kAllow, "}"));
}

using Cases = std::vector<std::pair<std::string, std::string>>;

TEST(CheckConfigTest, WhatIsRightPasses) {
  EXPECT_EQ(MistakesIn(absl::StrCat("{", kTargets, ",", kAllow, "}")), "");
}

TEST(CheckConfigTest, EveryMistakeIsTold) {
  EXPECT_EQ(MistakesIn(R"({
    "targets": [{"name": "users", "address": "h:1"}, {"name": "users", "address": "h:2"},
                {"name": "a b", "address": "h:3"}]})"),
            "targets[1].name: \"users\" is used twice; names are unique\n"
            "targets[2].name: \"a b\" is no name; those match [A-Za-z0-9][A-Za-z0-9._-]{0,62}\n"
            "allow: empty, so nobody could call anything; add a rule");
}

TEST(CheckConfigTest, AddressesThatGrpcKnowsPass) {
  for (const std::string address :
       {"posts.internal:443", "127.0.0.1:1", "[::1]:1", "dns:///posts:443", "dns://8.8.8.8/posts",
        "ipv4:127.0.0.1:1", "ipv6:[::1]:1", "unix:/run/posts", "unix:///run/posts"}) {
    EXPECT_EQ(WithAddress(address), "") << address;
  }
}

TEST(CheckConfigTest, OtherAddressesAreTold) {
  for (const std::string address :
       {"posts", ":1", "posts:http", "posts:70000", "http://posts:80", "unix:", "dns:///"}) {
    EXPECT_NE(WithAddress(address).find("targets[0].address: \"" + address), std::string::npos)
        << address;
  }
  EXPECT_NE(WithAddress("").find("targets[0].address: empty; must be HOST:PORT"),
            std::string::npos);
}

TEST(CheckConfigTest, XdsNeedsABootstrap) {
  unsetenv("GRPC_XDS_BOOTSTRAP");
  unsetenv("GRPC_XDS_BOOTSTRAP_CONFIG");
  EXPECT_EQ(
      WithAddress("xds:///posts"),
      "targets[0].address: xds needs a bootstrap: set GRPC_XDS_BOOTSTRAP in the environment to "
      "its file");
  setenv("GRPC_XDS_BOOTSTRAP", "/bootstrap.json", 1);
  EXPECT_EQ(WithAddress("xds:///posts"), "");
}

TEST(CheckConfigTest, TargetsThatContradictThemselvesAreTold) {
  const Cases cases = {
      {R"("tls": {"certificate_file": "/c"})",
       "tls.private_key_file: missing; a certificate and its key go together"},
      {R"("load_balancing": "LOAD_BALANCING_PICK_FIRST", "health_check_service": "")",
       "health_check_service: PICK_FIRST asks for no health; use ROUND_ROBIN, or leave this out"},
      {R"("keepalive": {"time": "5s"})", "keepalive.time: 5s is not a duration from 10s to 24h"},
      {R"("methods": ["Get"])",
       "methods[0]: \"Get\" is neither /package.Service/Method nor /package.Service/*"},
      {R"("methods": ["/a.B/*"], "idempotent_methods": ["/a.B/Get", "/a.C/*"])",
       "idempotent_methods[1]: \"/a.C/*\" is not in `methods`"},
      {R"("request_metadata": ["*", "X-Upper"])",
       "request_metadata[1]: \"X-Upper\" is no key of metadata; those match [a-z0-9_.-]+, or are "
       "*"},
      {R"("default_timeout": "2s", "max_timeout": "1s")",
       "default_timeout: longer than max_timeout"},
      {R"("max_timeout": "0s")", "max_timeout: 0 is not a duration from 1ms to 24h"},
      {R"("max_reply_bytes": 2147483648)", "max_reply_bytes: 2147483648 is more than 2145386496"},
      {R"("limits": {"max_queued": 1})",
       "limits.max_queued: nothing waits without max_in_flight or adaptive"},
      {R"("limits": {"dry_run": true})", "limits.dry_run: there is no limit to try"},
      {R"("limits": {"max_in_flight": 2, "adaptive": {}})",
       "limits.adaptive.min_in_flight: 4 is above max_in_flight"},
      {R"("limits": {"adaptive": {"initial_in_flight": 3}})",
       "limits.adaptive.initial_in_flight: 3 is not between min_in_flight and max_in_flight"},
  };
  for (const auto& [fields, mistake] : cases) {
    EXPECT_EQ(WithTarget(fields), "targets[0]." + mistake) << fields;
  }
}

TEST(CheckConfigTest, AccessThatContradictsItselfIsTold) {
  const Cases cases = {
      {R"("authentication": {})",
       "authentication: nobody can be recognised; set client_certificate, tokens, jwt or "
       "anonymous_principal, or leave it out"},
      {R"("authentication": {"client_certificate": true})",
       "authentication.client_certificate: clients are asked for none; set "
       "listener.tls.client_ca_file, too"},
      {R"("authentication": {"tokens": [{"sha256": "secret", "principal": "a"}]})",
       "authentication.tokens[0].sha256: not 64 hexadecimal digits; make them with: printf %s "
       "TOKEN "
       "| sha256sum"},
      {R"("authentication": {"jwt": {"jwks_file": "/j", "issuer": "i"}})",
       "authentication.jwt.audience: missing; it must be what `aud` says"},
      {R"("principals": [{"name": "a"}, {"name": "a"}])",
       "principals[1].name: \"a\" is used twice"},
      {R"("principals": [{"name": "a", "weight": 1001}])",
       "principals[0].weight: 1001 is more than 1000"},
      {R"("principals": [{"name": "a", "limits": {"burst": 1}}])",
       "principals[0].limits.burst: means nothing without sub_calls_per_second"},
  };
  for (const auto& [fields, mistake] : cases) EXPECT_EQ(WithFields(fields), mistake) << fields;
}

TEST(CheckConfigTest, RulesThatAllowNothingAreTold) {
  const Cases cases = {
      {R"({"principals": ["a"], "targets": ["posts"]})",
       "allow[0].targets[0]: there is no target \"posts\""},
      {R"({"targets": ["users"]})",
       "allow[0].principals: empty; name some, or \"*\" for everybody"},
      {R"({"principals": ["a"]})", "allow[0].targets: empty; name some, or \"*\" for all"},
      {R"({"principals": ["a"], "targets": ["users"], "methods": ["/a.B/Set"]})",
       "allow[0].methods[0]: \"/a.B/Set\" is not in the methods of target \"users\""},
  };
  for (const auto& [rule, mistake] : cases) {
    EXPECT_EQ(MistakesIn(absl::StrCat(
                  R"({"targets": [{"name": "users", "address": "h:1", "methods": ["/a.B/Get"]}],)",
                  R"("allow": [)", rule, "]}")),
              mistake);
  }
}

TEST(CheckConfigTest, TheRestThatContradictsItselfIsTold) {
  const Cases cases = {
      {R"("listener": {"address": "here"})", "listener.address: \"here\" is not HOST:PORT"},
      {R"("listener": {"address": "0.0.0.0:1"})",
       "listener.address: 0.0.0.0:1 can be reached from elsewhere, in plaintext; set tls, listen "
       "on "
       "loopback, or say insecure (--insecure)"},
      {R"("listener": {"address": "127.example.com:1"})",
       "listener.address: 127.example.com:1 can be reached from elsewhere, in plaintext; set tls, "
       "listen on loopback, or say insecure (--insecure)"},
      {R"("listener": {"tls": {"certificate_file": "/c"}})",
       "listener.tls.private_key_file: missing"},
      {R"("listener": {"workers": 257})", "listener.workers: 257 is more than 256"},
      {R"("listener": {"max_connection_age_grace": "1s"})",
       "listener.max_connection_age_grace: means nothing without max_connection_age"},
      {R"("limits": {"default_timeout": "2s", "max_timeout": "1s"})",
       "limits.default_timeout: longer than max_timeout"},
      {R"("limits": {"max_buffered_bytes": 1, "max_buffered_bytes_per_gather": 2})",
       "limits.max_buffered_bytes_per_gather: more than max_buffered_bytes of all gathers"},
      {R"("drain": {"deadline": "-1s"})", "drain.deadline: -1s is not a duration from 0 to 24h"},
      {R"("admin": {"insecure": true})", "admin.insecure: means nothing without an address"},
      {R"("admin": {"address": "0.0.0.0:9090"})",
       "admin.address: 0.0.0.0:9090 can be reached from elsewhere, and nobody is asked who they "
       "are; listen on loopback, or say insecure"},
      {R"("logging": {"level": "loud"})",
       "logging.level: \"loud\" is not debug, info, warning or error"},
  };
  for (const auto& [fields, mistake] : cases) EXPECT_EQ(WithFields(fields), mistake) << fields;
}

TEST(CheckConfigTest, WhoSaysInsecureMayListenEverywhere) {
  EXPECT_EQ(WithFields(R"("listener": {"address": "0.0.0.0:1", "insecure": true})"), "");
  EXPECT_EQ(WithFields(R"("admin": {"address": "0.0.0.0:9090", "insecure": true})"), "");
}

TEST(CheckReloadTest, WhatNeedsARestartIsTold) {
  config::v1::ServerConfig running;
  config::v1::ServerConfig next;
  EXPECT_TRUE(CheckReload(running, next).empty());
  next.mutable_listener()->set_workers(2);
  next.mutable_admin()->set_address("127.0.0.1:1");
  next.mutable_limits()->set_max_request_bytes(1);
  next.mutable_limits()->set_max_calls(1);
  EXPECT_EQ(absl::StrJoin(CheckReload(running, next), "\n"),
            "listener: changed; that needs a restart\n"
            "admin: changed; that needs a restart\n"
            "limits.max_request_bytes: changed; that needs a restart");
}

}  // namespace
}  // namespace gather::server
