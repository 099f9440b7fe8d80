// A page from three services, with a deadline: what has come by then is shown, what has not is left
// out. The user must be there, the rest need not.
//   page HOST:PORT   of a gatherd that has the demo backends as targets

#include <iostream>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "demo.gather.pb.h"
#include "demo.pb.h"
#include "gather/gather.h"

namespace {

absl::Status ShowPage(const gather::Client& client, const std::string& name) {
  demo::GetUserRequest who;
  who.set_name(name);
  demo::ListRequest of_author;
  of_author.set_author(name);
  demo::PickRequest about;
  about.set_topic("auction");  // which takes five seconds

  gather::Options options;
  options.label = "page";
  options.timeout = absl::Milliseconds(500);

  const auto [user, posts, advert] = gather::GatherSettled(
      client, options, demo::calls::Users::GetUser("users", who).Required(),
      demo::calls::Posts::List("posts", of_author), demo::calls::Adverts::Pick("adverts", about));

  if (!user.ok()) return user.status();
  std::cout << user->full_name() << "\n";
  if (posts.ok()) {
    for (const demo::Post& post : posts->posts()) std::cout << "  " << post.title() << "\n";
  }
  if (advert.ok()) {
    std::cout << advert->text() << "\n";
  } else {
    std::cout << "no advert: " << gather::ToString(advert.cause()) << "\n";
  }
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: page HOST:PORT\n";
    return 2;
  }
  const gather::Client client = gather::Client::Connect(argv[1]);
  for (const char* name : {"ada", "nobody"}) {
    const absl::Status shown = ShowPage(client, name);
    if (!shown.ok()) std::cout << shown << "\n";
  }
  return 0;
}
