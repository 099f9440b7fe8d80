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

gather::Call<Reading> ReadMeter(absl::string_view target, std::uint32_t await_cancelled) {
  ReadRequest request;
  request.set_await_cancelled(await_cancelled);
  return gather::Call<Reading>(target, "/demo.Meter/Read", request)
      .Id(absl::StrCat("meter of ", target));
}

}  // namespace demo
