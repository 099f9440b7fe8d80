#ifndef GATHER_EXAMPLES_DEMO_CALLS_H_
#define GATHER_EXAMPLES_DEMO_CALLS_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "demo.pb.h"
#include "gather/call.h"

namespace demo {

// The demo backends' methods as calls to gather, each with its argument as id.
gather::Call<User> GetUser(absl::string_view name);
gather::Call<PostList> ListPosts(absl::string_view author);
gather::Call<Advert> PickAdvert(absl::string_view topic);
gather::Call<Page> FetchPage(absl::string_view path);

// One replica's entry; its id is the replica's name.
gather::Call<Entry> Lookup(absl::string_view replica, absl::string_view key);

// What the backend of that target has seen, as soon as so many of its calls have been cancelled.
gather::Call<Reading> ReadMeter(absl::string_view target, std::uint32_t await_cancelled);

}  // namespace demo

#endif  // GATHER_EXAMPLES_DEMO_CALLS_H_
