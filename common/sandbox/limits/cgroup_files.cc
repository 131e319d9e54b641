#include "common/sandbox/limits/cgroup_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "common/core/text.h"

namespace argosy::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr int kCpuPeriodUs = 100'000;

}  // namespace

bool put(const fs::path& file, std::string_view text) {
  const Fd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  return fd && ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

std::string first_line(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

std::vector<Mount> cgroup_mounts(const fs::path& machine) {
  std::vector<Mount> all;
  std::ifstream in(machine / "proc/self/mountinfo");
  for (std::string line; std::getline(in, line);) {
    const auto middle = line.find(" - ");
    if (middle == std::string::npos) continue;
    const auto before = text::split(std::string_view(line).substr(0, middle), ' ');
    const auto after = text::split(std::string_view(line).substr(middle + 3), ' ');
    if (before.size() > 4 && after.size() > 2 && after[0].starts_with("cgroup"))
      all.push_back({std::string(before[3]), std::string(before[4]), std::string(after[0]), std::string(after[2])});
  }
  return all;
}

std::optional<fs::path> own_group(const fs::path& machine, const Mount& mount, std::string_view controller) {
  std::ifstream in(machine / "proc/self/cgroup");
  for (std::string line; std::getline(in, line);) {
    const auto parts = text::split(line, ':');
    if (parts.size() < 3) continue;
    const auto controllers = text::split(parts[1], ',');
    if (std::ranges::find(controllers, controller) == controllers.end()) continue;
    const auto path = line.substr(parts[0].size() + parts[1].size() + 2);
    auto below = fs::path(path).lexically_relative(mount.root);
    if (below.empty() || *below.begin() == "..") below = ".";  // the mount is a namespace's own
    return (machine / fs::path(mount.point).relative_path() / below).lexically_normal();
  }
  return std::nullopt;
}

std::string_view v1_controller(Resource resource) { return resource == Resource::io ? "blkio" : to_string(resource); }

std::optional<std::string> disk_of(const fs::path& file) {
  struct stat about{};
  if (::stat(file.c_str(), &about) != 0 || major(about.st_dev) == 0) return std::nullopt;
  const auto device = fs::path(fmt::format("/sys/dev/block/{}:{}", major(about.st_dev), minor(about.st_dev)));
  std::error_code error;
  return first_line(fs::exists(device / "partition", error) ? device / ".." / "dev" : device / "dev");
}

Settings v1_settings(Resource resource, const CgroupLimits& limits) {
  switch (resource) {
    case Resource::memory:
      return {{"memory.limit_in_bytes", std::to_string(limits.memory_bytes)},
              {"?memory.memsw.limit_in_bytes", std::to_string(limits.memory_bytes)}};
    case Resource::pids:
      return {{"pids.max", std::to_string(limits.processes)}};
    case Resource::cpu:
      return {{"cpu.cfs_period_us", std::to_string(kCpuPeriodUs)},
              {"cpu.cfs_quota_us", std::to_string(static_cast<int>(limits.cpus * kCpuPeriodUs))}};
    case Resource::io:
      break;
  }
  const auto disk = disk_of(limits.io_of);
  if (!disk) return {};
  const auto rule = fmt::format("{} {}", *disk, limits.io_bytes_per_second);
  return {{"blkio.throttle.read_bps_device", rule}, {"blkio.throttle.write_bps_device", rule}};
}

Settings v2_settings(Resource resource, const CgroupLimits& limits) {
  switch (resource) {
    case Resource::memory:
      return {{"memory.max", std::to_string(limits.memory_bytes)}, {"?memory.swap.max", "0"}, {"memory.oom.group", "1"}};
    case Resource::pids:
      return {{"pids.max", std::to_string(limits.processes)}};
    case Resource::cpu:
      return {{"cpu.max", fmt::format("{} {}", static_cast<int>(limits.cpus * kCpuPeriodUs), kCpuPeriodUs)}};
    case Resource::io:
      break;
  }
  const auto disk = disk_of(limits.io_of);
  if (!disk) return {};
  return {{"io.max", fmt::format("{} rbps={} wbps={}", *disk, limits.io_bytes_per_second, limits.io_bytes_per_second)}};
}

}  // namespace argosy::sandbox
