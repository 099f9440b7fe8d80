#ifndef GATHER_EXAMPLES_DEMO_BACKENDS_H_
#define GATHER_EXAMPLES_DEMO_BACKENDS_H_

#include <memory>
#include <string>
#include <vector>

namespace demo {

class Backend;

// gRPC servers on free ports of loopback, one for each target: "users", "posts", "adverts"; the
// replicas "oslo" (40 ms away), "rome" (80 ms) and "lima" (200 ms); and "site". What they do:
// demo_services.h. They describe their methods by server reflection. Serve from construction to
// destruction; open calls are then cancelled.
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
