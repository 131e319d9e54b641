#include "common/runtime/metrics/process_figures.h"

#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "common/core/clock.h"
#include "common/core/json.h"

namespace argosy::runtime {
namespace {

constexpr auto kCheckHelp = "1 while the readiness check passes, 0 while it does not.";

double seconds_of(const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; }

// The second figure of /proc/self/statm, in pages.
double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::int64_t all = 0, resident = 0;
  file >> all >> resident;
  return static_cast<double>(resident * sysconf(_SC_PAGESIZE));
}

double entries_of(const char* folder) {
  std::error_code error;
  std::filesystem::directory_iterator entries(folder, error);
  return error ? 0 : static_cast<double>(std::distance(begin(entries), end(entries)));
}

// The work folder may not be there yet: then the disk is that of what is there above it.
std::filesystem::path there(std::filesystem::path path) {
  std::error_code ignored;
  while (!path.empty() && path.has_relative_path() && !std::filesystem::exists(path, ignored)) path = path.parent_path();
  return path.empty() ? "/" : path;
}

}  // namespace

ProcessFigures::ProcessFigures(telemetry::Metrics& m, std::filesystem::path work_dir)
    : metrics_(m),
      work_dir_(std::move(work_dir)),
      cpu_seconds_(m.counter("process_cpu_seconds_total", "Processor time of this process, in user and kernel mode.")),
      resident_bytes_(m.gauge("process_resident_memory_bytes", "Memory of this process that is resident.")),
      threads_(m.gauge("process_threads", "Threads of this process.")),
      open_files_(m.gauge("process_open_fds", "Open files and sockets of this process.")),
      most_open_files_(m.gauge("process_max_fds", "Open files and sockets that it may have.")),
      start_time_(m.gauge("process_start_time_seconds", "When this process began, in seconds since 1970.")),
      disk_free_(m.gauge("argosy_disk_free_bytes", "Free room on the disk of the process's work folder.")),
      disk_size_(m.gauge("argosy_disk_size_bytes", "Size of the disk of the process's work folder.")),
      ready_(m.gauge("argosy_ready", "1 while all readiness checks pass; 0 while one fails or does not come back.")) {
  start_time_.set(static_cast<double>(system_clock().unix_ms()) / 1e3);
}

void ProcessFigures::measure() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const double cpu = seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
  cpu_seconds_.add(std::max(0.0, cpu - cpu_told_));
  cpu_told_ = cpu;
  resident_bytes_.set(resident_bytes());
  threads_.set(entries_of("/proc/self/task"));
  open_files_.set(entries_of("/proc/self/fd"));
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  most_open_files_.set(static_cast<double>(files.rlim_cur));
  measure_disk();
}

void ProcessFigures::measure_disk() {
  struct statvfs disk{};
  if (statvfs(there(work_dir_).c_str(), &disk) != 0) return;
  disk_free_.set(static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize));
  disk_size_.set(static_cast<double>(disk.f_blocks) * static_cast<double>(disk.f_frsize));
}

void ProcessFigures::checked(const std::string& report) {
  const auto parsed = json::parse(report);
  if (!parsed) return;
  const auto* ready = parsed->find("ready");
  ready_.set(ready != nullptr && ready->is_bool() && ready->as_bool() ? 1 : 0);
  const auto* checks = parsed->find("checks");
  if (checks == nullptr || !checks->is_object()) return;
  for (const auto& [name, said] : checks->as_object())
    metrics_.gauge("argosy_check_ok", kCheckHelp, {{"check", name}}).set(said.is_string() && said.as_string() == "ok" ? 1 : 0);
}

void ProcessFigures::checks_hang() { ready_.set(0); }

}  // namespace argosy::runtime
