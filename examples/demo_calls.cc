#include "examples/demo_calls.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "demo.gather.pb.h"

namespace demo {

gather::Call<User> GetUser(absl::string_view name) {
  GetUserRequest request;
  request.set_name(std::string(name));
  return calls::Users::GetUser("users", request).Id(absl::StrCat("user ", name));
}

gather::Call<PostList> ListPosts(absl::string_view author) {
  ListRequest request;
  request.set_author(std::string(author));
  return calls::Posts::List("posts", request).Id(absl::StrCat("posts of ", author));
}

gather::Call<Advert> PickAdvert(absl::string_view topic) {
  PickRequest request;
  request.set_topic(std::string(topic));
  return calls::Adverts::Pick("adverts", request).Id(absl::StrCat("advert ", topic));
}

gather::Call<Page> FetchPage(absl::string_view path) {
  FetchRequest request;
  request.set_path(std::string(path));
  return calls::Site::Fetch("site", request).Id(path);
}

gather::Call<Entry> Lookup(absl::string_view replica, absl::string_view key) {
  LookupRequest request;
  request.set_key(std::string(key));
  return calls::Replica::Lookup(replica, request).Id(replica);
}

gather::Call<Reading> ReadMeter(absl::string_view target, std::uint32_t await_cancelled) {
  ReadRequest request;
  request.set_await_cancelled(await_cancelled);
  return calls::Meter::Read(target, request).Id(absl::StrCat("meter of ", target));
}

}  // namespace demo
