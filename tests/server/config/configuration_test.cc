#include "server/config/configuration.h"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/target.h"
#include "gather/config/v1/config.pb.h"
#include "gtest/gtest.h"
#include "server/config/config_file.h"
#include "server/config/mistakes.h"

namespace gather::server {
namespace {

using engine::ChannelSettings;
using std::chrono::seconds;

config::v1::ServerConfig Parse(const std::string& targets) {
  auto parsed = ParseConfig(absl::StrCat(
      R"({"allow": [{"principals": ["*"], "targets": ["*"]}], "targets": [)", targets, "]}"));
  if (const auto* mistakes = std::get_if<Mistakes>(&parsed)) {
    ADD_FAILURE() << absl::StrJoin(*mistakes, "\n");
    return {};
  }
  return std::get<config::v1::ServerConfig>(parsed);
}

Configuration Make(const config::v1::ServerConfig& message,
                   const Configuration* running = nullptr) {
  auto made = MakeConfiguration(message, running);
  if (const auto* mistakes = std::get_if<Mistakes>(&made)) {
    ADD_FAILURE() << absl::StrJoin(*mistakes, "\n");
    return {};
  }
  return std::move(std::get<Configuration>(made));
}

std::string MistakesIn(const config::v1::ServerConfig& message) {
  const auto made = MakeConfiguration(message, nullptr);
  const auto* const mistakes = std::get_if<Mistakes>(&made);
  return mistakes == nullptr ? "" : absl::StrJoin(*mistakes, "\n");
}

std::string WriteFile(const std::string& name, const std::string& text) {
  std::string path = absl::StrCat(testing::TempDir(), "/", name);
  std::ofstream(path) << text;
  return path;
}

void MakeCertificate(const std::string& path) {
  const std::string make = absl::StrCat(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=a ",
      "-keyout /dev/null -out ", path, " 2>/dev/null");
  ASSERT_EQ(std::system(make.c_str()), 0);
}

const engine::Target& Users(const Configuration& configuration) {
  return *configuration.engine.targets.Find("users");
}

TEST(ConfigurationTest, CertificatesAndKeysThatCannotBeUsedAreToldByTheirFields) {
  config::v1::ServerConfig message = Parse(R"({"name": "users", "address": "h:1"})");
  const std::string junk = WriteFile("junk", "junk");
  config::v1::ServerTls& tls = *message.mutable_listener()->mutable_tls();
  tls.set_certificate_file("/nowhere/at.all");
  tls.set_private_key_file(junk);
  config::v1::Jwt& jwt = *message.mutable_authentication()->mutable_jwt();
  jwt.set_jwks_file(junk);
  jwt.set_issuer("i");
  jwt.set_audience("a");
  EXPECT_EQ(MistakesIn(message),
            absl::StrCat("listener.tls.certificate_file: \"/nowhere/at.all\" cannot be read: No "
                         "such file or directory\nlistener.tls.private_key_file: \"",
                         junk,
                         "\" holds no private key in PEM form that can be read without a password\n"
                         "authentication.jwt.jwks_file: \"",
                         junk,
                         "\" holds no public RSA (from 2048 bits), EC or Ed25519 key as a JSON Web "
                         "Key Set"));
}

TEST(ConfigurationTest, ATargetIsClosedUntilTheFileOpensIt) {
  const Configuration configuration = Make(Parse(R"({"name": "users", "address": "h:1"})"));
  const engine::Target& users = Users(configuration);
  EXPECT_TRUE(users.methods.Contains("/any.Service/Method"));
  EXPECT_FALSE(users.idempotent_methods.Contains("/any.Service/Method"));
  EXPECT_FALSE(users.request_metadata.Contains("x-any"));
  EXPECT_FALSE(users.response_metadata.Contains("x-any"));
  EXPECT_FALSE(users.forward_principal);
  EXPECT_FALSE(users.channel.tls);
  EXPECT_EQ(users.channel.load_balancing, ChannelSettings::LoadBalancing::kRoundRobin);
  EXPECT_EQ(users.channel.max_reply_bytes, 16u << 20);
  EXPECT_EQ(users.max_connections, 4u);
  EXPECT_EQ(users.streams_per_connection, 100u);
}

TEST(ConfigurationTest, EveryFieldOfATargetIsTakenOver) {
  const Configuration configuration = Make(Parse(R"({
    "name": "users", "address": "h:1", "authority": "users.internal",
    "tls": {"server_name": "users"},
    "load_balancing": "LOAD_BALANCING_PICK_FIRST", "max_connections": 2,
    "streams_per_connection": 50, "wait_for_ready": true,
    "keepalive": {"time": "10s", "timeout": "3s"},
    "methods": ["/a.B/*"], "idempotent_methods": ["/a.B/Get"], "request_metadata": ["x-a"],
    "response_metadata": ["x-b"], "default_timeout": "1s", "max_timeout": "2s",
    "max_reply_bytes": 99, "forward_principal": true,
    "limits": {"max_in_flight": 20, "max_queued": 7, "dry_run": true,
               "adaptive": {"min_in_flight": 5, "initial_in_flight": 6}}})"));
  const engine::Target& users = Users(configuration);
  EXPECT_EQ(users.channel.authority, "users.internal");
  ASSERT_TRUE(users.channel.tls);
  EXPECT_EQ(users.channel.tls->server_name, "users");
  EXPECT_EQ(users.channel.load_balancing, ChannelSettings::LoadBalancing::kPickFirst);
  EXPECT_EQ(users.channel.keepalive->time, seconds(10));
  EXPECT_EQ(users.channel.keepalive->timeout, seconds(3));
  EXPECT_EQ(users.channel.max_reply_bytes, 99u);
  EXPECT_EQ(users.max_connections, 2u);
  EXPECT_EQ(users.streams_per_connection, 50u);
  EXPECT_TRUE(users.wait_for_ready);
  EXPECT_TRUE(users.methods.Contains("/a.B/Set"));
  EXPECT_FALSE(users.methods.Contains("/a.C/Set"));
  EXPECT_TRUE(users.idempotent_methods.Contains("/a.B/Get"));
  EXPECT_TRUE(users.request_metadata.Names("x-a"));
  EXPECT_TRUE(users.response_metadata.Names("x-b"));
  EXPECT_EQ(users.default_timeout, seconds(1));
  EXPECT_EQ(users.max_timeout, seconds(2));
  EXPECT_TRUE(users.forward_principal);
  EXPECT_EQ(users.limits.max_in_flight, 20u);
  EXPECT_EQ(users.limits.max_queued, 7u);
  EXPECT_EQ(users.limits.adaptive->min_in_flight, 5u);
  EXPECT_EQ(users.limits.adaptive->initial_in_flight, 6u);
  EXPECT_TRUE(users.limits.dry_run);
}

TEST(ConfigurationTest, KeepaliveAndLimitsHaveDefaults) {
  const Configuration configuration =
      Make(Parse(R"({"name": "users", "address": "h:1", "keepalive": {}})"));
  EXPECT_EQ(Users(configuration).channel.keepalive->time, seconds(60));
  EXPECT_EQ(Users(configuration).channel.keepalive->timeout, seconds(20));
  EXPECT_FALSE(Users(configuration).limits.unfair);
}

TEST(ConfigurationTest, UnfairIsSaidOfAllTargets) {
  config::v1::ServerConfig message = Parse(R"({"name": "users", "address": "h:1"})");
  message.mutable_limits()->set_unfair(true);
  EXPECT_TRUE(Users(Make(message)).limits.unfair);
}

TEST(ConfigurationTest, FilesThatCannotBeUsedAreTold) {
  const std::string empty = WriteFile("empty.pem", "nothing");
  EXPECT_EQ(
      MistakesIn(Parse(absl::StrCat(
          R"({"name": "users", "address": "h:1", "tls": {"ca_file": "/no/ca.pem",
                    "certificate_file": ")",
          empty, R"(", "private_key_file": ")", empty, R"("}})"))),
      absl::StrCat("targets[0].tls.ca_file: \"/no/ca.pem\" cannot be read: No such file or "
                   "directory\n",
                   "targets[0].tls.certificate_file: \"", empty,
                   "\" holds no certificate in PEM form, or a broken one\n",
                   "targets[0].tls.private_key_file: \"", empty,
                   "\" holds no private key in PEM form that can be read without a password"));
}

TEST(ConfigurationTest, ANewOneKeepsTheChannelsOfTargetsThatStayed) {
  const Configuration first =
      Make(Parse(R"({"name": "users", "address": "h:1"}, {"name": "posts", "address": "h:2"})"));
  const Configuration second = Make(
      Parse(
          R"({"name": "posts", "address": "h:3"}, {"name": "users", "address": "h:1", "methods": ["/a/b"]},
         {"name": "likes", "address": "h:4"})"),
      &first);
  EXPECT_EQ(first.version, 1u);
  EXPECT_EQ(second.version, 2u);
  EXPECT_EQ(Users(second).channel_id, Users(first).channel_id);
  const std::size_t old_posts = first.engine.targets.Find("posts")->channel_id;
  const std::size_t posts = second.engine.targets.Find("posts")->channel_id;
  EXPECT_NE(posts, old_posts);
  EXPECT_NE(posts, Users(second).channel_id);
  EXPECT_NE(second.engine.targets.Find("likes")->channel_id, posts);
  EXPECT_NE(second.engine.targets.Find("likes")->channel_id, old_posts);
}

TEST(ConfigurationTest, AFileThatChangedMakesNewChannels) {
  const std::string authorities = absl::StrCat(testing::TempDir(), "/ca.pem");
  MakeCertificate(authorities);
  const auto message = Parse(absl::StrCat(
      R"({"name": "users", "address": "h:1", "tls": {"ca_file": ")", authorities, R"("}})"));
  const Configuration first = Make(message);
  EXPECT_EQ(Users(Make(message, &first)).channel_id, Users(first).channel_id);
  MakeCertificate(authorities);
  EXPECT_NE(Users(Make(message, &first)).channel_id, Users(first).channel_id);
}

}  // namespace
}  // namespace gather::server
