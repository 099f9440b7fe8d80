#include "benchmarks/doors.h"

#include <algorithm>

namespace gather::benchmarks {
namespace {

constexpr int kMostCallsOfOthers = 10'000;

}  // namespace

const std::vector<DoorKind>& AllDoors() {
  static const auto& doors = *new std::vector<DoorKind>{
      {.name = "raw"},
      {.name = "paced"},
      {.name = "callback"},
      {.name = "gatherd", .through_gatherd = true},
      {.name = "embedded"},
      {.name = "python-gather", .language = Language::kPython},
      {.name = "python-taskgroup", .language = Language::kPython, .direct = "python-gather"},
      {.name = "python-gatherd",
       .language = Language::kPython,
       .through_gatherd = true,
       .direct = "python-gather"},
      {.name = "go", .language = Language::kGo},
      {.name = "go-gatherd", .language = Language::kGo, .through_gatherd = true, .direct = "go"},
      {.name = "node", .language = Language::kNode},
      {.name = "node-gatherd",
       .language = Language::kNode,
       .through_gatherd = true,
       .direct = "node"},
  };
  return doors;
}

const DoorKind* FindDoor(absl::string_view name) {
  const std::vector<DoorKind>& doors = AllDoors();
  const auto it = std::find_if(doors.begin(), doors.end(),
                               [&](const DoorKind& door) { return door.name == name; });
  return it == doors.end() ? nullptr : &*it;
}

bool CanDo(const DoorKind& door, const Shape& shape) {
  return door.language == Language::kCpp ||
         (shape.calls <= kMostCallsOfOthers && shape.levels == 1);
}

}  // namespace gather::benchmarks
