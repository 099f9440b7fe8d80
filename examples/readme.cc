// The README's example as a program.
//   readme HOST:PORT   of a gatherd that has the demo backends as targets

#include <iostream>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "demo.gather.pb.h"
#include "demo.pb.h"
#include "gather/gather.h"

namespace {

absl::Status ShowPage(const std::string& address, const demo::GetUserRequest& user_request,
                      const demo::ListRequest& posts_request,
                      const demo::PickRequest& advert_request) {
  // [README]
  gather::Client client = gather::Client::Connect(address);  // or Client::Embedded: no server
  gather::Options options;
  options.timeout = absl::Seconds(2);

  auto page = gather::Gather(client, options, demo::calls::Users::GetUser("users", user_request),
                             demo::calls::Posts::List("posts", posts_request),
                             demo::calls::Adverts::Pick("adverts", advert_request).Optional());
  if (!page.ok()) return page.status();  // the first failure; the other calls were cancelled

  auto& [user, posts, advert] = *page;  // demo::User, demo::PostList, std::optional<demo::Advert>
  std::cout << user.full_name() << " has " << posts.posts_size() << " posts. "
            << (advert ? advert->text() : "No advert today.") << "\n";
  // [/README]
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: readme HOST:PORT\n";
    return 2;
  }
  demo::GetUserRequest user;
  user.set_name("ada");
  demo::ListRequest posts;
  posts.set_author("ada");
  demo::PickRequest advert;
  advert.set_topic("weather");  // which nobody bids for
  const absl::Status shown = ShowPage(argv[1], user, posts, advert);
  if (shown.ok()) return 0;
  std::cerr << "readme: " << shown << "\n";
  return 1;
}
