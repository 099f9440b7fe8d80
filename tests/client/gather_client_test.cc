#include "gather/gather_client.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gather/client_options.h"
#include "gather/connection.h"
#include "gather/gather_values.h"
#include "gather/testing/scripted_connection.h"
#include "tests/client/answers.h"

namespace gather {
namespace {

using ::gather::test::MakeNumber;
using ::gather::test::NumberCall;
using ::gather::test::Respond;
using ::gather::test::Satisfied;
using ::gather::test::Succeeded;
using ::gather::testing::ScriptedConnection;

TEST(GatherClientTest, CopiesAreTheSameClient) {
  auto script = std::make_unique<ScriptedConnection>();
  ScriptedConnection* const seen = script.get();
  seen->AnswerWith([](const v1::GatherRequest&) { return Respond(Satisfied({})); });
  const Client client(std::move(script));
  // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): the copy is what is tested
  const Client copy = client;
  EXPECT_TRUE(Gather(copy).ok());
  EXPECT_TRUE(Gather(client).ok());
  EXPECT_EQ(seen->started(), 2);
}

TEST(GatherClientTest, ServesManyThreadsAtOnce) {
  auto script = std::make_unique<ScriptedConnection>();
  script->AnswerWith(
      [](const v1::GatherRequest&) { return Respond(Satisfied({Succeeded(MakeNumber(1))})); });
  const Client client(std::move(script));
  std::vector<std::jthread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([client] {
      for (int j = 0; j < 50; ++j) EXPECT_TRUE(Gather(client, NumberCall()).ok());
    });
  }
}

TEST(GatherClientTest, EmbeddedTellsWhatIsWrongWithItsOptions) {
  EmbeddedOptions options;
  options.workers = 0;
  EXPECT_TRUE(absl::IsInvalidArgument(Client::Embedded(options).status()));
}

TEST(GatherClientTest, AnUnreachableServerIsEachGathersUnavailable) {
  const Client client = Client::Connect("127.0.0.1:1");
  EXPECT_TRUE(absl::IsUnavailable(Gather(client, NumberCall()).status()));
}

}  // namespace
}  // namespace gather
