#include "benchmarks/scale_report.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "benchmarks/json.h"
#include "benchmarks/machine.h"

namespace gather::benchmarks {
namespace {

std::string Cell(std::optional<double> number, int decimals) {
  return number ? absl::StrFormat("%.*f", decimals, *number) : "";
}

// As milliseconds.
std::string Time(std::optional<double> microseconds) {
  if (microseconds) *microseconds /= 1000;
  return Cell(microseconds, 2);
}

void Print(const ScaleLine& line) {
  std::printf("%-26s %7ld %-15s %8s %7s %9s %9s %6s %6s %6s %6s %7s %7s%s\n", line.what.c_str(),
              line.x, line.door.c_str(), Cell(line.rate, 0).c_str(),
              Cell(line.kilobytes_each, 2).c_str(), Time(line.p50_microseconds).c_str(),
              Time(line.p99_microseconds).c_str(), Cell(line.client_cpu, 3).c_str(),
              Cell(line.gatherd_cpu, 3).c_str(), Cell(line.backend_cpu, 3).c_str(),
              Cell(line.ratio, 2).c_str(), Time(line.held_up_microseconds).c_str(),
              Time(line.held_up_greatest_microseconds).c_str(),
              line.errors > 0 ? absl::StrCat("  ", line.errors, " ERRORS").c_str() : "");
  std::fflush(stdout);
}

std::string LineToJson(const ScaleLine& line) {
  JsonObject object;
  object.Add("what", JsonText(line.what))
      .Add("x", absl::StrCat(line.x))
      .Add("door", JsonText(line.door));
  const std::pair<const char*, std::optional<double>> figures[] = {
      {"rate", line.rate},
      {"kb_each", line.kilobytes_each},
      {"p50_us", line.p50_microseconds},
      {"p99_us", line.p99_microseconds},
      {"client_cpu", line.client_cpu},
      {"gatherd_cpu", line.gatherd_cpu},
      {"backend_cpu", line.backend_cpu},
      {"ratio", line.ratio},
      {"held_up_us", line.held_up_microseconds},
      {"held_up_greatest_us", line.held_up_greatest_microseconds}};
  for (const auto& [name, number] : figures) {
    if (number) object.Add(name, JsonNumber(number));
  }
  return object.Add("errors", absl::StrCat(line.errors)).ToString();
}

std::string Asked(const ScaleVerdict& verdict) { return absl::StrCat("<= ", verdict.at_most); }

std::string VerdictToJson(const ScaleVerdict& verdict) {
  return JsonObject()
      .Add("what", JsonText(verdict.what))
      .Add("asked", JsonText(Asked(verdict)))
      .Add("measured", JsonNumber(verdict.measured))
      .Add("verdict", JsonText(verdict.met() ? "met" : "not met"))
      .ToString();
}

std::string MachineToJson(const Machine& machine) {
  return JsonObject()
      .Add("cpu", JsonText(machine.cpu))
      .Add("cores", JsonNumber(machine.cores))
      .Add("kernel", JsonText(machine.kernel))
      .Add("grpc", JsonText(machine.grpc))
      .ToString();
}

}  // namespace

void ScaleReport::Begin(const std::string& title) {
  std::printf("\n%s\n%-26s %7s %-15s %8s %7s %9s %9s %6s %6s %6s %6s %7s %7s\n", title.c_str(), "",
              "x", "door", "calls/s", "KB each", "p50 ms", "p99 ms", "client", "gathd", "backd",
              "ratio", "held up", "at most");
  std::fflush(stdout);
}

void ScaleReport::Add(ScaleLine line) {
  Print(line);
  lines_.push_back(std::move(line));
}

void ScaleReport::Add(ScaleVerdict verdict) {
  std::printf("%-8s %s: %.3g, asked %s\n", verdict.met() ? "met" : "NOT MET", verdict.what.c_str(),
              verdict.measured, Asked(verdict).c_str());
  std::fflush(stdout);
  verdicts_.push_back(std::move(verdict));
}

std::int64_t ScaleReport::errors() const {
  std::int64_t errors = 0;
  for (const ScaleLine& line : lines_) errors += line.errors;
  return errors;
}

std::string ScaleReport::ToJson() const {
  std::vector<std::string> lines;
  for (const ScaleLine& line : lines_) lines.push_back(LineToJson(line));
  std::vector<std::string> verdicts;
  for (const ScaleVerdict& verdict : verdicts_) verdicts.push_back(VerdictToJson(verdict));
  return JsonObject()
             .Add("machine", MachineToJson(ThisMachine()))
             .Add("date", JsonText(absl::FormatTime("%Y-%m-%d", absl::Now(), absl::UTCTimeZone())))
             .Add("lines", JsonLines(lines))
             .Add("targets", JsonLines(verdicts))
             .ToString() +
         "\n";
}

bool ScaleReport::Save(const std::string& file) const {
  if (file.empty()) return true;
  const std::filesystem::path path(file);
  std::error_code ignored;  // what comes of it shows in the next line
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), ignored);
  return static_cast<bool>(std::ofstream(path) << ToJson());
}

}  // namespace gather::benchmarks
