#include "benchmarks/table.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "benchmarks/doors.h"

namespace gather::benchmarks {
namespace {

std::string Text(std::optional<double> figure, int digits) {
  return figure.has_value() ? absl::StrFormat("%.*f", digits, *figure) : "-";
}

std::string Range(const Line& line) {
  if (!line.to_raw_least.has_value()) return "-";
  return absl::StrCat(Text(line.to_raw_least, 2), "-", Text(line.to_raw_greatest, 2));
}

// Three digits, so that the columns stay narrow: 95.3 us, 1.71 ms, 2.04 s.
std::string Duration(double microseconds) {
  double value = microseconds;
  const char* unit = "us";
  if (microseconds >= 1e6) {
    value = microseconds / 1e6;
    unit = "s ";
  } else if (microseconds >= 1e3) {
    value = microseconds / 1e3;
    unit = "ms";
  }
  return absl::StrFormat("%.*f %s", value < 10 ? 2 : value < 100 ? 1 : 0, value, unit);
}

std::string CpuOf(double seconds, bool takes_part) {
  return takes_part ? absl::StrFormat("%.3f", seconds) : "-";
}

// Right-aligned but for the names.
constexpr char kFormat[] = "%-19s%-17s%5s %11s%8s %-11s%9s%8s%10s%8s%9s%9s%9s%9s%8s%9s%9s%9s";

}  // namespace

std::string TableHeader() {
  return absl::StrCat(
      absl::StrFormat(kFormat, "", "", "", "", "rate", "", "rate", "rate", "one", "p50", "", "",
                      "CPU s per", "10,000", "", "", "KB per", "sub-call"),
      "\n",
      absl::StrFormat(kFormat, "gather of", "door", "pairs", "sub-calls/s", "to raw", "least-most",
                      "to paced", "to own", "gather", "to raw", "p90", "p99", "client", "gatherd",
                      "middle", "backend", "client", "gatherd"));
}

std::string TableLine(const Line& line) {
  const DoorKind* const door = FindDoor(line.door);
  const bool through_gatherd = door != nullptr && door->through_gatherd;
  const bool through_middle = line.shape.shape.levels == 2 && !through_gatherd;
  return absl::StrCat(
      absl::StrFormat(kFormat, line.shape.name, line.door, absl::StrCat(line.pairs),
                      Text(line.sub_calls_per_second, 0), Text(line.to_raw, 2), Range(line),
                      Text(line.to_paced, 2), Text(line.to_direct, 2),
                      Duration(line.p50_microseconds), Text(line.p50_to_raw, 2),
                      Duration(line.p90_microseconds), Duration(line.p99_microseconds),
                      CpuOf(line.client_cpu, true), CpuOf(line.gatherd_cpu, through_gatherd),
                      CpuOf(line.middle_cpu, through_middle), CpuOf(line.backend_cpu, true),
                      Text(line.client_kilobytes, 1), Text(line.gatherd_kilobytes, 1)),
      line.errors == 0 ? "" : absl::StrCat("  ", line.errors, " errors"));
}

std::string TargetLine(const Judgement& judgement) {
  return absl::StrFormat("%-13s %s %s: %s", ToString(judgement.verdict), judgement.what,
                         judgement.asked, Text(judgement.measured, 3));
}

}  // namespace gather::benchmarks
