#include "benchmarks/placement.h"

#include <sched.h>

#include <cstddef>
#include <string>
#include <vector>

#include "benchmarks/child_process.h"
#include "benchmarks/doors.h"

namespace gather::benchmarks {
namespace {

// Those that the harness itself may use.
std::vector<int> AllowedCores() {
  cpu_set_t allowed;
  std::vector<int> cores;
  if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return cores;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &allowed)) cores.push_back(core);
  }
  return cores;
}

// The processes that a call of the door passes, in that order.
std::vector<ChildProcess*> WayOf(const Processes& processes, const std::string& door) {
  std::vector<ChildProcess*> way = {processes.doors.at(door).process.get()};
  const DoorKind* const kind = FindDoor(door);
  if (kind != nullptr && kind->through_gatherd) {
    way.push_back(processes.gatherds.back().process.get());
  }
  way.push_back(processes.backend.get());
  return way;
}

}  // namespace

void KeepNeighboursApart(const Processes& processes, const std::string& door) {
  const std::vector<int> cores = AllowedCores();
  if (cores.size() < 2) return;
  const std::vector<ChildProcess*> way = WayOf(processes, door);
  for (std::size_t i = 0; i < way.size(); ++i) way[i]->RunOn({cores[i % cores.size()]});
}

void LetRunAnywhere(const Processes& processes) {
  const std::vector<int> cores = AllowedCores();
  processes.backend->RunOn(cores);
  for (const Watched& gatherd : processes.gatherds) gatherd.process->RunOn(cores);
  for (const auto& [name, door] : processes.doors) door.process->RunOn(cores);
}

}  // namespace gather::benchmarks
