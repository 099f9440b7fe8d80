#include "benchmarks/machine.h"

#include <grpcpp/grpcpp.h>
#include <sys/utsname.h>

#include <fstream>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace gather::benchmarks {
namespace {

std::string CpuModel() {
  std::ifstream cpus("/proc/cpuinfo");
  for (std::string line; std::getline(cpus, line);) {
    if (!absl::StartsWith(line, "model name")) continue;
    const size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    return std::string(absl::StripAsciiWhitespace(line.substr(colon + 1)));
  }
  return "";
}

std::string Kernel() {
  utsname name;
  return uname(&name) == 0 ? absl::StrCat(name.sysname, " ", name.release) : "";
}

}  // namespace

Machine ThisMachine() {
  return {.cpu = CpuModel(),
          .cores = static_cast<int>(std::thread::hardware_concurrency()),
          .kernel = Kernel(),
          .grpc = grpc::Version()};
}

}  // namespace gather::benchmarks
