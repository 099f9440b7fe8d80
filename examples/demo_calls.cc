#include "examples/demo_calls.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace demo {

gather::Call<User> GetUser(absl::string_view name) {
  GetUserRequest request;
  request.set_name(std::string(name));
  return gather::Call<User>("users", "/demo.Users/GetUser", request)
      .Id(absl::StrCat("user ", name));
}

gather::Call<PostList> ListPosts(absl::string_view author) {
  ListRequest request;
  request.set_author(std::string(author));
  return gather::Call<PostList>("posts", "/demo.Posts/List", request)
      .Id(absl::StrCat("posts of ", author));
}

gather::Call<Advert> PickAdvert(absl::string_view topic) {
  PickRequest request;
  request.set_topic(std::string(topic));
  return gather::Call<Advert>("adverts", "/demo.Adverts/Pick", request)
      .Id(absl::StrCat("advert ", topic));
}

gather::Call<Page> FetchPage(absl::string_view path) {
  FetchRequest request;
  request.set_path(std::string(path));
  return gather::Call<Page>("site", "/demo.Site/Fetch", request).Id(path);
}

gather::Call<Entry> Lookup(absl::string_view replica, absl::string_view key) {
  LookupRequest request;
  request.set_key(std::string(key));
  return gather::Call<Entry>(replica, "/demo.Replica/Lookup", request).Id(replica);
}

gather::Call<Reading> ReadMeter(absl::string_view target, std::uint32_t await_cancelled) {
  ReadRequest request;
  request.set_await_cancelled(await_cancelled);
  return gather::Call<Reading>(target, "/demo.Meter/Read", request)
      .Id(absl::StrCat("meter of ", target));
}

}  // namespace demo
