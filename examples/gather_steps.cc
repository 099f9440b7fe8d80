#include "examples/gather_steps.h"

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "examples/demo_calls.h"
#include "examples/timeline.h"
#include "gather/gather.h"

namespace demo {

using gather::Cause;
using gather::Disposition;

void GatherPage(const gather::Client& client, const std::string& door, Checks* checks) {
  checks->Title(absl::StrCat("Three calls to three services, ", door));
  const absl::Time start = absl::Now();
  const auto page = gather::Gather(client, GetUser("ada"), ListPosts("ada"), PickAdvert("engines"));
  const absl::Duration elapsed = absl::Now() - start;
  if (!page.ok()) return checks->Expect(false, page.status().ToString());

  const auto& [user, posts, advert] = *page;
  absl::PrintF("  User      %s\n", user.full_name());
  absl::PrintF("  PostList  %d posts\n", posts.posts_size());
  absl::PrintF("  Advert    %s\n", advert.text());
  checks->Expect(user.full_name() == "Ada Lovelace" && posts.posts_size() == 2 &&
                     advert.text() == "All about engines",
                 "three replies, each of its own type");
  checks->Expect(elapsed < absl::Milliseconds(20 + 100 + 150),
                 absl::StrFormat("in %d ms; one after the other they take 20 + 100 + 150 ms",
                                 absl::ToInt64Milliseconds(elapsed)));
}

void FailFast(const gather::Client& client, Checks* checks) {
  checks->Title("The first failure cancels the rest (three at a time)");
  gather::Options options;
  options.policy = gather::FailFast();
  options.max_concurrency = 3;
  const auto settled =
      gather::GatherSettled(client, options, GetUser("ada"), PickAdvert("weather"),
                            PickAdvert("auction"), ListPosts("ada"), GetUser("grace"));
  const auto& [ada, weather, auction, posts, grace] = settled;
  PrintTimeline({&ada, &weather, &auction, &posts, &grace});
  absl::PrintF("  %s\n", std::string(settled.status().message()));

  const auto failures = gather::Failures::From(settled.status());
  checks->Expect(settled.status().code() == absl::StatusCode::kUnavailable &&
                     failures.size() == 1 && failures.first()->index == 1,
                 "the gather's status is the failure's, which alone is a failure");
  checks->Expect(ada.ok() && ada->full_name() == "Ada Lovelace",
                 "what had finished before keeps its reply");
  checks->Expect(auction.disposition() == Disposition::kCancelled &&
                     posts.disposition() == Disposition::kCancelled &&
                     auction.cause() == Cause::kSiblingFailed && posts.caused_by() == 1,
                 "what was under way is cancelled, and says for whose failure");
  checks->Expect(grace.disposition() == Disposition::kNotStarted &&
                     grace.delivery() == gather::Delivery::kNeverSent,
                 "what was waiting for its turn is never sent");

  gather::Options patience;
  patience.timeout = absl::Seconds(5);
  const auto meters =
      gather::Gather(client, patience, ReadMeter("adverts", 1), ReadMeter("posts", 1));
  checks->Expect(
      meters.ok() && std::get<0>(*meters).cancelled() == 1 && std::get<1>(*meters).cancelled() == 1,
      "both backends have seen the cancel");
}

void Settled(const gather::Client& client, Checks* checks) {
  checks->Title("GatherSettled: failures are values beside the replies");
  const auto settled = gather::GatherSettled(client, GetUser("ada"), GetUser("nobody"),
                                             ListPosts("ada"), PickAdvert("weather"));
  const auto& [ada, nobody, posts, weather] = settled;
  PrintTimeline({&ada, &nobody, &posts, &weather});
  absl::PrintF("  nobody:  %s\n", std::string(nobody.status().message()));
  absl::PrintF("  weather: %s\n", std::string(weather.status().message()));

  checks->Expect(
      settled.status().ok() && settled.summary().succeeded == 2 && settled.summary().failed == 2,
      "two replies, two failures; no failure cancelled anybody");
  checks->Expect(ada.ok() && ada->name() == "ada" && posts.ok() && posts->posts_size() == 2,
                 "the replies are there");
  checks->Expect(nobody.status().code() == absl::StatusCode::kNotFound &&
                     weather.status().code() == absl::StatusCode::kUnavailable &&
                     nobody.origin() == gather::Origin::kBackend &&
                     weather.delivery() == gather::Delivery::kAnswered,
                 "each failure has its backend's own status, and says that it is the backend's");
}

void Race(const gather::Client& client, Checks* checks) {
  checks->Title("A race of three replicas: the first to end decides");
  gather::Options options;
  options.policy = gather::Race();
  const auto settled = gather::GatherSettled(client, options, Lookup("lima", "motto"),
                                             Lookup("oslo", "motto"), Lookup("rome", "motto"));
  const auto& [lima, oslo, rome] = settled;
  PrintTimeline({&lima, &oslo, &rome});

  checks->Expect(settled.status().ok() && oslo.ok() && oslo->value() == "make haste",
                 "the nearest has won, and its reply is there");
  checks->Expect(lima.disposition() == Disposition::kCancelled && lima.cause() == Cause::kDecided &&
                     rome.caused_by() == 1,
                 "the others are cancelled, and say who decided");
  gather::Options patience;
  patience.timeout = absl::Seconds(5);
  const auto meters = gather::Gather(client, patience, ReadMeter("lima", 1), ReadMeter("rome", 1));
  checks->Expect(meters.ok(), "both backends have seen the cancel");
}

void Deadline(const gather::Client& client, Checks* checks) {
  checks->Title("A deadline of 300 ms keeps what was finished");
  gather::Options options;
  options.timeout = absl::Milliseconds(300);
  const auto settled = gather::GatherSettled(client, options, GetUser("ada"), ListPosts("ada"),
                                             PickAdvert("auction"));
  const auto& [user, posts, auction] = settled;
  PrintTimeline({&user, &posts, &auction});

  checks->Expect(settled.status().code() == absl::StatusCode::kDeadlineExceeded,
                 "the gather's status is DEADLINE_EXCEEDED");
  checks->Expect(user.ok() && posts.ok() && posts->posts_size() == 2,
                 "both replies that came in time are there");
  checks->Expect(
      auction.disposition() == Disposition::kCancelled && auction.cause() == Cause::kGatherDeadline,
      "the third was cancelled, because of the gather's deadline");
}

void Limit(const gather::Client& client, Checks* checks) {
  checks->Title("200 calls, 8 at a time");
  std::vector<gather::Call<User>> calls;
  calls.reserve(200);
  for (int i = 0; i < 200; ++i) calls.push_back(GetUser(absl::StrCat("user", i)));
  gather::Options options;
  options.max_concurrency = 8;
  const auto users = gather::GatherSettled(client, options, std::move(calls));

  std::vector<Span> spans;
  bool in_order = users.size() == 200;
  for (const auto& user : users) {
    const gather::Timing timing = user.timing();
    if (timing.started.has_value()) spans.emplace_back(*timing.started, timing.finished);
    in_order = in_order && user.ok() && user->name() == absl::StrCat("user", user.index());
  }
  absl::PrintF("  in flight %s  %d ms\n", InFlight(spans, 8),
               absl::ToInt64Milliseconds(users.summary().elapsed));
  checks->Expect(in_order, "200 replies, in the order of the calls");

  const auto meter = gather::Gather(client, ReadMeter("users", 0));
  const unsigned most = meter.ok() ? std::get<0>(*meter).max_in_flight() : 0;
  checks->Expect(most == 8, absl::StrCat("the backend had at most ", most, " open at once"));
}

}  // namespace demo
