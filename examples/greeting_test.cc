// How code that gathers is tested without a server: with a scripted client.

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "demo.gather.pb.h"
#include "demo.pb.h"
#include "gather/gather.h"
#include "gather/testing/scripted_client.h"
#include "gtest/gtest.h"

namespace {

// The code under test: greets a user, with the number of posts if it comes within 200 ms.
absl::StatusOr<std::string> Greet(const gather::Client& client, const std::string& name) {
  demo::GetUserRequest who;
  who.set_name(name);
  demo::ListRequest of_author;
  of_author.set_author(name);

  const auto greeting = gather::Gather(
      client, demo::calls::Users::GetUser("users", who),
      demo::calls::Posts::List("posts", of_author).Timeout(absl::Milliseconds(200)).Optional());
  if (!greeting.ok()) return greeting.status();
  const auto& [user, posts] = *greeting;
  if (!posts.has_value()) return absl::StrCat("Hello, ", user.full_name());
  return absl::StrCat("Hello, ", user.full_name(), ", author of ", posts->posts_size(), " posts");
}

// [README]
class GreetTest : public ::testing::Test {
 protected:
  GreetTest() { ada_.set_full_name("Ada Lovelace"); }

  demo::User ada_;
  gather::testing::ScriptedClient script_;
  gather::testing::ScriptedMethod& users_ = script_.On("users", "/demo.Users/GetUser");
  gather::testing::ScriptedMethod& posts_ = script_.On("posts", "/demo.Posts/List");
};

TEST_F(GreetTest, LeavesOutPostsThatAreLate) {
  users_.Reply(ada_).Takes(absl::Milliseconds(20));
  posts_.Reply(demo::PostList()).Takes(absl::Seconds(10));  // not of the test's time
  EXPECT_EQ(Greet(script_.client(), "ada").value(), "Hello, Ada Lovelace");
}

TEST_F(GreetTest, FailsWithoutTheUser) {
  users_.Fail(absl::NotFoundError("no such user"));
  posts_.Hang();  // until the user's failure cancels it
  EXPECT_TRUE(absl::IsNotFound(Greet(script_.client(), "ada").status()));
  EXPECT_EQ(posts_.calls().size(), 1);
}
// [/README]

TEST_F(GreetTest, CountsThePosts) {
  users_.Reply(ada_);
  posts_.Handle<demo::ListRequest>(
      [](const demo::ListRequest& request) -> absl::StatusOr<demo::PostList> {
        demo::PostList posts;
        posts.add_posts()->set_title("Notes");
        posts.add_posts()->set_title(absl::StrCat("By ", request.author()));
        return posts;
      });
  EXPECT_EQ(Greet(script_.client(), "ada").value(), "Hello, Ada Lovelace, author of 2 posts");
}

}  // namespace
