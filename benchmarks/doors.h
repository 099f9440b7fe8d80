#ifndef BENCHMARKS_DOORS_H_
#define BENCHMARKS_DOORS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "benchmarks/door.h"

namespace gather::benchmarks {

// Whose program is a door's client process.
enum class Language { kCpp, kPython, kGo, kNode };

// A door as the harness knows it.
struct DoorKind {
  std::string name;
  Language language = Language::kCpp;
  bool through_gatherd = false;
  // The door that people would write in the same language by hand; empty for that itself, and in
  // C++, where it is raw, which all doors are compared with.
  std::string direct = "";
};

// All of them, in the order of the report.
const std::vector<DoorKind>& AllDoors();

// Null if there is none of that name.
const DoorKind* FindDoor(absl::string_view name);

// Whether the door's client process can do it. Those in other languages are spared what takes them
// long, and do not know two levels.
bool CanDo(const DoorKind& door, const Shape& shape);

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_DOORS_H_
