// Crawls a site with a group that grows: each page that comes adds the pages that it links to. Four
// at a time; a page that is gone stops nobody; the group ends when no page is left.
//   crawl HOST:PORT   of a gatherd that has the demo backends as targets

#include <iostream>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "demo.gather.pb.h"
#include "demo.pb.h"
#include "gather/gather.h"

namespace {

gather::Options Politely() {
  gather::Options options;
  options.policy = gather::Collect();
  options.max_concurrency = 4;
  options.timeout = absl::Seconds(30);
  return options;
}

class Crawl {
 public:
  explicit Crawl(const gather::Client& client) : group_(client, Politely()) {}

  absl::Status Run(const std::string& start) {
    Visit(start);
    return group_.Wait();  // for those that are added meanwhile, too
  }

  gather::Summary summary() const { return group_.summary(); }

 private:
  // Once before the first page comes, then on the one worker thread of a client that is connected
  // to a server: no lock is needed.
  void Visit(const std::string& path) {
    if (!seen_.insert(path).second) return;
    demo::FetchRequest request;
    request.set_path(path);
    group_.Spawn(demo::calls::Site::Fetch("site", request).Id(path))
        .Then([this, path](const gather::Outcome<demo::Page>& page) {
          std::cout << path << ": " << page.status() << "\n";
          if (!page.ok()) return;
          for (const std::string& link : page->links()) Visit(link);
        });
  }

  std::set<std::string> seen_;
  gather::TaskGroup group_;  // the last member: at its end nothing runs that uses the others
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: crawl HOST:PORT\n";
    return 2;
  }
  const gather::Client client = gather::Client::Connect(argv[1]);
  Crawl crawl(client);
  const absl::Status crawled = crawl.Run("/");
  if (!crawled.ok()) {
    std::cerr << "crawl: " << crawled << "\n";
    return 1;
  }
  const gather::Summary summary = crawl.summary();
  std::cout << summary.succeeded << " pages, " << summary.failed << " gone\n";
  return 0;
}
