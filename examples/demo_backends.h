#ifndef GATHER_EXAMPLES_DEMO_BACKENDS_H_
#define GATHER_EXAMPLES_DEMO_BACKENDS_H_

#include <memory>
#include <string>
#include <vector>

namespace demo {

class Backend;

// Three gRPC servers on free ports of loopback: a user directory (20 ms a call), a post feed
// (100 ms) and an advert service (150 ms; fails after 50 ms for the topic "weather", takes 5 s for
// "auction"). Serve from construction to destruction; open calls are then cancelled.
class DemoBackends {
 public:
  DemoBackends();
  ~DemoBackends();

  // As gatherd's --targets takes them: "users=127.0.0.1:41801,posts=…,adverts=…".
  std::string targets() const;

 private:
  std::vector<std::unique_ptr<Backend>> backends_;
};

}  // namespace demo

#endif  // GATHER_EXAMPLES_DEMO_BACKENDS_H_
