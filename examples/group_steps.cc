#include "examples/group_steps.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "examples/demo_calls.h"
#include "examples/timeline.h"
#include "gather/gather.h"

namespace demo {
namespace {

using gather::Cause;
using gather::Disposition;

// Fetches pages, and for each page that comes those that it links to.
class Crawl {
 public:
  explicit Crawl(const gather::Client& client)
      : start_(absl::Now()), group_(client, Collecting()) {}

  absl::Status Run(const std::string& path) {
    Visit(path);
    return group_.Wait();
  }

  // In the order in which they were added.
  std::vector<TimelineRow> Rows() const {
    std::vector<TimelineRow> rows;
    for (const auto& [page, added] : pages_) rows.emplace_back(&page.outcome(), added);
    return rows;
  }

  gather::Summary summary() const { return group_.summary(); }

 private:
  static gather::Options Collecting() {
    gather::Options options;
    options.policy = gather::Collect();
    return options;
  }

  // Once before the first page comes, then on the client's worker thread only.
  void Visit(const std::string& path) {
    if (!seen_.insert(path).second) return;
    const gather::Task<Page> task = group_.Spawn(FetchPage(path));
    pages_.emplace_back(task, absl::Now() - start_);
    task.Then([this](const gather::Outcome<Page>& page) {
      if (!page.ok()) return;
      for (const std::string& link : page->links()) Visit(link);
    });
  }

  const absl::Time start_;
  absl::flat_hash_set<std::string> seen_;
  std::vector<std::pair<gather::Task<Page>, absl::Duration>> pages_;
  gather::TaskGroup group_;  // the last member: at its end nothing runs that uses the others
};

}  // namespace

void GrowingGroup(const gather::Client& client, Checks* checks) {
  checks->Title("A task group that grows: each page adds those that it links to");
  Crawl crawl(client);
  const absl::Status status = crawl.Run("/");
  const std::vector<TimelineRow> pages = crawl.Rows();
  PrintTimeline(pages);

  checks->Expect(status.ok() && pages.size() == 7,
                 "one call became seven, and the group has waited for them all");
  checks->Expect(crawl.summary().succeeded == 6 && crawl.summary().failed == 1,
                 "the page that is gone failed alone");
}

void EndedGroup(const gather::Client& client, Checks* checks) {
  checks->Title("A task group is ended with what it has");
  gather::TaskGroup group(client);
  const gather::Task<User> ada = group.Spawn(GetUser("ada"));
  const gather::Task<Advert> engines = group.Spawn(PickAdvert("engines"));
  const gather::Task<Advert> auction = group.Spawn(PickAdvert("auction"));
  const gather::Task<PostList> posts = group.Spawn(ListPosts("ada"));
  posts.Cancel();
  const gather::Outcome<Advert> advert = engines.Get();
  group.EndEarly();
  const absl::Status status = group.Wait();
  PrintTimeline({&ada.outcome(), &engines.outcome(), &auction.outcome(), &posts.outcome()});

  checks->Expect(status.ok() && ada.outcome().ok() && advert.ok(),
                 "what had finished stands, and the group is satisfied");
  checks->Expect(auction.outcome().disposition() == Disposition::kCancelled &&
                     auction.outcome().cause() == Cause::kGroupEnded,
                 "the auction, which nobody waits for any more, was cancelled");
  checks->Expect(posts.outcome().cause() == Cause::kOwnHandle,
                 "the posts were cancelled alone, and the group went on");
}

}  // namespace demo
