// The first of three replicas that answers. Those that fail are borne as long as another is left;
// those that are slower are cancelled.
//   replicas HOST:PORT   of a gatherd that has the demo backends as targets

#include <iostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "demo.gather.pb.h"
#include "demo.pb.h"
#include "gather/gather.h"

namespace {

const std::vector<std::string> kReplicas = {"oslo", "rome", "lima"};

void Lookup(const gather::Client& client, const std::string& key) {
  demo::LookupRequest request;
  request.set_key(key);
  std::vector<gather::Call<demo::Entry>> calls;
  calls.reserve(kReplicas.size());
  for (const std::string& replica : kReplicas) {
    calls.push_back(demo::calls::Replica::Lookup(replica, request).Id(replica));
  }

  const auto winner = gather::GatherAny(client, std::move(calls));
  if (winner.ok()) {
    const auto& [index, entry] = *winner;
    std::cout << key << ": " << entry.value() << ", says " << kReplicas[index] << "\n";
    return;
  }
  std::cout << key << ": " << winner.status().message() << "\n";
  for (const gather::Failure& failure : gather::Failures::From(winner.status())) {
    std::cout << "  " << failure.id << ": " << failure.status << "\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: replicas HOST:PORT\n";
    return 2;
  }
  const gather::Client client = gather::Client::Connect(argv[1]);
  Lookup(client, "motto");  // the nearest answers
  Lookup(client, "menu");   // the nearest fails
  Lookup(client, "moon");   // all fail
  return 0;
}
