#include "server/metrics/process_source.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

namespace gather::server {
namespace {

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return Seconds(usage.ru_utime) + Seconds(usage.ru_stime);
}

double ResidentBytes() {
  std::uint64_t whole = 0;
  std::uint64_t resident = 0;
  std::ifstream("/proc/self/statm") >> whole >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double OpenFiles() {
  std::error_code none;
  const std::filesystem::directory_iterator files("/proc/self/fd", none);
  return static_cast<double>(std::distance(begin(files), end(files)));
}

}  // namespace

void ProcessSource::AddTo(Families* families) const {
  families->Counter("process_cpu_seconds_total", "CPU time of this process, user and system.")
      ->AddCounter(CpuSeconds());
  families->Gauge("process_resident_memory_bytes", "Memory of this process that is resident.")
      ->AddGauge(ResidentBytes());
  families->Gauge("process_open_fds", "File descriptors that this process has open.")
      ->AddGauge(OpenFiles());
}

}  // namespace gather::server
