// Reads from two of three replicas and takes the newer entry: with writes that reach two of them,
// too, one of the two has the last. The third, slowest one is cancelled.
//   quorum_read HOST:PORT   of a gatherd that has the demo backends as targets

#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "demo.gather.pb.h"
#include "demo.pb.h"
#include "gather/gather.h"

namespace {

constexpr int kQuorum = 2;
const std::vector<std::string> kReplicas = {"oslo", "rome", "lima"};

absl::StatusOr<demo::Entry> QuorumRead(const gather::Client& client, const std::string& key) {
  demo::LookupRequest request;
  request.set_key(key);
  std::vector<gather::Call<demo::Entry>> calls;
  calls.reserve(kReplicas.size());
  for (const std::string& replica : kReplicas) {
    calls.push_back(demo::calls::Replica::Lookup(replica, request).Id(replica));
  }

  const auto entries = gather::GatherQuorum(client, kQuorum, std::move(calls));
  if (!entries.ok()) return entries.status();
  demo::Entry newest;
  for (const auto& [index, entry] : *entries) {
    std::cout << "  " << kReplicas[index] << " has version " << entry.version() << "\n";
    if (entry.version() > newest.version()) newest = entry;
  }
  return newest;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: quorum_read HOST:PORT\n";
    return 2;
  }
  const gather::Client client = gather::Client::Connect(argv[1]);
  for (const char* key : {"motto", "moon"}) {
    const absl::StatusOr<demo::Entry> entry = QuorumRead(client, key);
    if (entry.ok()) {
      std::cout << key << ": " << entry->value() << "\n";
    } else {
      std::cout << key << ": " << entry.status().message() << "\n";
    }
  }
  return 0;
}
