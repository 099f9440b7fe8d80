#include "benchmarks/json_report.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "benchmarks/json.h"

namespace gather::benchmarks {
namespace {

std::string MachineToJson(const Machine& machine) {
  return JsonObject()
      .Add("cpu", JsonText(machine.cpu))
      .Add("cores", JsonNumber(machine.cores))
      .Add("kernel", JsonText(machine.kernel))
      .Add("grpc", JsonText(machine.grpc))
      .ToString();
}

std::string LineToJson(const Line& line) {
  const Shape& shape = line.shape.shape;
  return JsonObject()
      .Add("shape", JsonText(line.shape.name))
      .Add("calls", JsonNumber(shape.calls))
      .Add("at_once", JsonNumber(shape.at_once))
      .Add("payload_bytes", absl::StrCat(shape.payload_bytes))
      .Add("levels", JsonNumber(shape.levels))
      .Add("slow", shape.slow ? "true" : "false")
      .Add("door", JsonText(line.door))
      .Add("pairs", JsonNumber(line.pairs))
      .Add("sub_calls_per_second", JsonNumber(line.sub_calls_per_second))
      .Add("to_raw", JsonNumber(line.to_raw))
      .Add("to_raw_least", JsonNumber(line.to_raw_least))
      .Add("to_raw_greatest", JsonNumber(line.to_raw_greatest))
      .Add("to_paced", JsonNumber(line.to_paced))
      .Add("to_direct", JsonNumber(line.to_direct))
      .Add("p50_us", JsonNumber(line.p50_microseconds))
      .Add("p90_us", JsonNumber(line.p90_microseconds))
      .Add("p99_us", JsonNumber(line.p99_microseconds))
      .Add("p50_to_raw", JsonNumber(line.p50_to_raw))
      .Add("client_cpu", JsonNumber(line.client_cpu))
      .Add("gatherd_cpu", JsonNumber(line.gatherd_cpu))
      .Add("middle_cpu", JsonNumber(line.middle_cpu))
      .Add("backend_cpu", JsonNumber(line.backend_cpu))
      .Add("client_cpu_to_raw", JsonNumber(line.client_cpu_to_raw))
      .Add("gatherd_cpu_to_raw", JsonNumber(line.gatherd_cpu_to_raw))
      .Add("client_cpu_to_direct", JsonNumber(line.client_cpu_to_direct))
      .Add("client_kb", JsonNumber(line.client_kilobytes))
      .Add("gatherd_kb", JsonNumber(line.gatherd_kilobytes))
      .Add("errors", absl::StrCat(line.errors))
      .ToString();
}

std::string TargetToJson(const Judgement& judgement) {
  return JsonObject()
      .Add("what", JsonText(judgement.what))
      .Add("asked", JsonText(judgement.asked))
      .Add("measured", JsonNumber(judgement.measured))
      .Add("verdict", JsonText(ToString(judgement.verdict)))
      .ToString();
}

template <typename T>
std::string ToJsonLines(const std::vector<T>& values, std::string (*to_json)(const T&)) {
  std::vector<std::string> elements;
  std::transform(values.begin(), values.end(), std::back_inserter(elements), to_json);
  return JsonLines(elements);
}

}  // namespace

std::string ToJson(const Report& report) {
  return JsonObject()
             .Add("machine", MachineToJson(report.machine))
             .Add("date", JsonText(report.date))
             .Add("pairs", JsonNumber(report.pairs))
             .Add("lines", ToJsonLines(report.lines, LineToJson))
             .Add("targets", ToJsonLines(report.targets, TargetToJson))
             .ToString() +
         "\n";
}

}  // namespace gather::benchmarks
