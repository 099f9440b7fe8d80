#ifndef GATHER_CLIENT_TESTING_SCRIPTED_CLIENT_H_
#define GATHER_CLIENT_TESTING_SCRIPTED_CLIENT_H_

#include <memory>

#include "absl/strings/string_view.h"
#include "gather/gather_client.h"
#include "gather/testing/scripted_connection.h"
#include "gather/testing/scripted_method.h"

namespace gather::testing {

// A client for unit tests of code that gathers: no server, no network, no waiting. The test says
// how each backend method ends, and what a real engine would answer follows from it: whoever is
// cancelled by the policy, counts, decision and status are as with the other clients.
//
//   gather::testing::ScriptedClient script;
//   script.On("users", "/demo.Users/GetUser").Reply(ada);
//   script.On("posts", "/demo.Posts/List").Fail(absl::UnavailableError("down"));
//   EXPECT_FALSE(RenderPage(script.client()).ok());
//   EXPECT_EQ(script.On("users", "/demo.Users/GetUser").calls().size(), 1);
//
// Gather and its relatives, AsCompleted and TaskGroup are all served. A sub-call to a method that
// was never named by On() is REJECTED with kNotFound, and the message names it.
//
// Time is the script's: what Takes() a second takes none of the test's, yet timeouts and the order
// of the ends are as if it did, and a gather with a timeout in which everything else hangs expires
// at once. (Without a timeout it waits for its cancel: there is no default one here.) Answers of
// the same time come in the order of the calls. In a group each add has had all its effect before
// the next one is looked at: its call has ended, or hangs, and where the group has a timeout that
// is when it passes, so that what hangs is best added last.
//
// What is not modelled: limits but max_concurrency, retries, and everything a server checks. For
// answers that no engine would give, and for control of each moment, use connection(), or a
// ScriptedConnection alone.
//
// Thread-safe.
class ScriptedClient {
 public:
  ScriptedClient();

  // To be handed to the code under test; copies may outlive this object, and keep its script.
  const Client& client() const { return client_; }

  // The script of that method, the same one each time. Valid as long as this object or a copy of
  // the client.
  ScriptedMethod& On(absl::string_view target, absl::string_view method);

  // What the client is connected to, to see what was asked of it. Valid as long as client() or a
  // copy of it. Its AnswerWith(), ServeStreams() and ServeGroups() replace the script.
  ScriptedConnection& connection() { return *connection_; }

 private:
  class Script;

  const std::shared_ptr<Script> script_;
  ScriptedConnection* const connection_;  // owned by client_
  const Client client_;
};

}  // namespace gather::testing

#endif  // GATHER_CLIENT_TESTING_SCRIPTED_CLIENT_H_
