#ifndef BENCHMARKS_PROCESSES_H_
#define BENCHMARKS_PROCESSES_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "benchmarks/child_process.h"

namespace gather::benchmarks {

// A process whose growth is measured from where it stood when it had started and was idle.
struct Watched {
  std::unique_ptr<ChildProcess> process;
  int64_t idle_kilobytes = 0;
};

// The processes of a run. A door has a client process of its own, because gRPC polls all
// connections of a process together: two doors in one process would slow each other down.
struct Processes {
  std::unique_ptr<ChildProcess> backend;
  std::vector<Watched> gatherds;  // with two levels, first the inner one; empty if no door needs it
  std::vector<std::unique_ptr<ChildProcess>> middles;  // empty without two levels
  std::map<std::string, Watched> doors;
};

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_PROCESSES_H_
