// In coroutine style, what needs an earlier reply is written below it, and what does not runs
// beside it.
//   coroutines HOST:PORT   of a gatherd that has the demo backends as targets

#include <iostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "examples/coroutines_async.h"
#include "examples/demo_calls.h"
#include "gather/gather.h"

namespace demo {
namespace {

// Asks for the user, and for the posts only if there is one.
Async<std::string> Describe(gather::TaskGroup& group, std::string name) {
  const gather::Outcome<User> user = co_await group.Spawn(GetUser(name));
  if (!user.ok()) co_return std::string(user.status().message());

  const gather::Outcome<PostList> posts = co_await group.Spawn(ListPosts(user->name()));
  if (!posts.ok()) co_return std::string(posts.status().message());
  co_return absl::StrCat(user->full_name(), ", ", posts->posts_size(), " posts");
}

Async<absl::Status> Run(const gather::Client& client) {
  // A whole gather can be awaited …
  const auto top = co_await gather::AsyncGather(client, GetUser("ada"), PickAdvert("engines"));
  if (!top.ok()) co_return top.status();
  const auto& [user, advert] = *top;
  std::cout << user.full_name() << " reads: " << advert.text() << "\n";

  // … and so can each task of a group, which lasts until the last of its coroutines is done.
  gather::Options options;
  options.policy = gather::Collect();
  gather::TaskGroup group(client, options);
  std::vector<Async<std::string>> descriptions;
  for (const char* name : {"ada", "nobody", "grace"}) {
    descriptions.push_back(Describe(group, name));
  }
  for (Async<std::string>& description : descriptions) {
    std::cout << co_await description << "\n";
  }
  const absl::Status status = co_await group.AsyncWait();
  std::cout << group.summary().succeeded << " succeeded, " << group.summary().failed << " failed\n";
  co_return status;
}

}  // namespace
}  // namespace demo

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: coroutines HOST:PORT\n";
    return 2;
  }
  const gather::Client client = gather::Client::Connect(argv[1]);
  const absl::Status status = demo::Get(demo::Run(client));
  if (!status.ok()) std::cerr << status << "\n";
  return status.ok() ? 0 : 1;
}
