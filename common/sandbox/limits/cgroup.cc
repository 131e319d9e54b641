#include "common/sandbox/limits/cgroup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <set>
#include <thread>

#include "common/core/text.h"

namespace argosy::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr int kCpuPeriodUs = 100'000;
constexpr int kKillRounds = 100;  // a group is empty after one, unless it forks as it dies
constexpr int kTeardownMs = 1'000;
constexpr std::chrono::milliseconds kRetryRemoval{2};  // the kernel lets go of a group a moment after its last process
constexpr int kRemovalTries = 50;

struct PidNamespace {
  std::uint64_t number = 0;
};

std::uint64_t own_pid_namespace() {
  struct stat about{};
  return ::stat("/proc/self/ns/pid", &about) == 0 ? about.st_ino : 0;
}

// When a process began, in ticks since the boot: with its number it names a process once and for all. 0: there is no such process.
std::uint64_t start_of(std::int64_t pid) {
  std::ifstream in(fmt::format("/proc/{}/stat", pid));
  std::string line;
  std::getline(in, line);
  const auto after_name = line.rfind(')');
  if (after_name == std::string::npos) return 0;
  const auto fields = text::split(std::string_view(line).substr(after_name + 2), ' ');
  std::uint64_t start = 0;
  if (fields.size() > 19) std::from_chars(fields[19].data(), fields[19].data() + fields[19].size(), start);
  return start;
}

std::string name_prefix() { return fmt::format("argosy-{}-{}-{}-", own_pid_namespace(), ::getpid(), start_of(::getpid())); }

// Whose group it is by its name: false when its process runs, or when it is not ours to judge.
bool is_orphan(const std::string& name) {
  const auto parts = text::split(name, '-');
  if (parts.size() != 5 || parts[0] != "argosy" || parts[1] != std::to_string(own_pid_namespace())) return false;
  std::int64_t pid = 0;
  std::from_chars(parts[2].data(), parts[2].data() + parts[2].size(), pid);
  return pid > 0 && std::to_string(start_of(pid)) != parts[3];
}

// Exactly one write: what a control file takes.
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

std::vector<pid_t> processes_in(const fs::path& folder) {
  std::vector<pid_t> all;
  std::ifstream in(folder / "cgroup.procs");
  for (pid_t pid = 0; in >> pid;) all.push_back(pid);
  return all;
}

void kill_and_wait(pid_t pid) {
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!process) return;
  ::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0);
  pollfd gone{process.get(), POLLIN, 0};
  ::poll(&gone, 1, kTeardownMs);
}

bool remove_group(const fs::path& folder) {
  for (int round = 0; round < kKillRounds; ++round) {
    const auto left = processes_in(folder);
    if (left.empty()) break;
    for (const pid_t pid : left) kill_and_wait(pid);
  }
  for (int i = 0; i < kRemovalTries; ++i) {
    if (::rmdir(folder.c_str()) == 0 || errno == ENOENT) return true;
    if (errno != EBUSY) return false;
    std::this_thread::sleep_for(kRetryRemoval);
  }
  return false;
}

struct Mount {
  std::string root, point, type, options;
};

std::vector<Mount> mounts(const fs::path& machine) {
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

// This process's group in the hierarchy with that controller ("" for version 2), as the mount shows it.
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

// "8:0" of the whole disk that holds `file`, which is what the kernel counts by.
std::optional<std::string> disk_of(const fs::path& file) {
  struct stat about{};
  if (::stat(file.c_str(), &about) != 0 || major(about.st_dev) == 0) return std::nullopt;
  const auto device = fs::path(fmt::format("/sys/dev/block/{}:{}", major(about.st_dev), minor(about.st_dev)));
  std::error_code error;
  return first_line(fs::exists(device / "partition", error) ? device / ".." / "dev" : device / "dev");
}

using Settings = std::vector<std::pair<std::string, std::string>>;  // file, text; "?" before a file: where the kernel has it

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

std::string joined(const fs::path& folder, std::string_view what) {
  return fmt::format("{}: {}: {}", folder.string(), what, std::strerror(errno));
}

}  // namespace

std::string_view to_string(Resource resource) {
  static constexpr std::array<std::string_view, 4> kNames{"memory", "pids", "cpu", "io"};
  return kNames[static_cast<std::size_t>(resource)];
}

Cgroup::~Cgroup() {
  for (auto& folder : folders_) {
    folder.procs.reset();
    remove_group(folder.path);
  }
}

std::vector<int> Cgroup::entries() const {
  std::vector<int> all;
  for (const auto& folder : folders_) all.push_back(folder.procs.get());
  return all;
}

bool Cgroup::out_of_memory() const {
  for (const auto& folder : folders_) {
    if (!folder.counts_memory) continue;
    for (const char* file : {"memory.events", "memory.oom_control"}) {
      std::ifstream in(folder.path / file);
      std::string word;
      for (std::int64_t count = 0; in >> word >> count;)
        if (word == "oom_kill" && count > 0) return true;
    }
  }
  return false;
}

const CgroupRoots& CgroupRoots::shared() {
  static const auto roots = detect("/");
  return roots;
}

CgroupRoots CgroupRoots::detect(const fs::path& machine) {
  CgroupRoots roots;
  roots.detect_v2(machine);
  if (roots.folders_.empty()) roots.detect_v1(machine);
  // Believed when seen: each resource by a group that has it.
  const CgroupLimits trial{
      .memory_bytes = 1 << 30, .processes = 100, .cpus = 1, .io_bytes_per_second = 1 << 30, .io_of = fs::temp_directory_path()};
  for (const auto resource : kResources) {
    if (!roots.folders_.contains(resource)) {
      if (!roots.problems_.contains(resource))
        roots.problems_[resource] = fmt::format("no control group hierarchy has the controller {}", v1_controller(resource));
      continue;
    }
    if (resource == Resource::io && !disk_of(trial.io_of)) {
      roots.problems_[resource] = "the disk of the temporary folder has no device number of its own (an overlay or a network disk)";
      roots.folders_.erase(resource);
      continue;
    }
    CgroupRoots one;
    one.version_ = roots.version_;
    one.folders_[resource] = roots.folders_[resource];
    if (const auto made = one.make(trial); !made) {
      roots.problems_[resource] = made.error().message;
      roots.folders_.erase(resource);
    }
  }
  if (roots.folders_.empty()) roots.version_ = 0;
  return roots;
}

void CgroupRoots::detect_v1(const fs::path& machine) {
  version_ = 1;
  for (const auto& mount : mounts(machine)) {
    if (mount.type != "cgroup") continue;
    const auto options = text::split(mount.options, ',');
    for (const auto resource : kResources)
      if (std::ranges::find(options, v1_controller(resource)) != options.end())
        if (const auto own = own_group(machine, mount, v1_controller(resource))) give(resource, *own);
  }
}

void CgroupRoots::detect_v2(const fs::path& machine) {
  version_ = 2;
  for (const auto& mount : mounts(machine)) {
    const auto own = mount.type == "cgroup2" ? own_group(machine, mount, "") : std::nullopt;
    if (!own) continue;
    const auto line = first_line(*own / "cgroup.controllers");
    const auto available = text::split(line, ' ');
    std::string wanted;
    std::vector<Resource> found;
    for (const auto resource : kResources)
      if (std::ranges::find(available, to_string(resource)) != available.end()) {
        wanted += fmt::format("{}+{}", wanted.empty() ? "" : " ", to_string(resource));
        found.push_back(resource);
      }
    if (found.empty()) continue;
    // A group either has processes or hands controllers on ("no internal processes"): we move into one of our own below it first.
    const auto ours = *own / "argosy-worker";
    std::error_code error;
    fs::create_directory(ours, error);
    const bool moved = put(ours / "cgroup.procs", std::to_string(::getpid()));
    if (moved && put(*own / "cgroup.subtree_control", wanted)) {
      for (const auto resource : found) give(resource, *own);
      return;
    }
    const auto problem = joined(*own,
                                "cannot hand its controllers on: other processes are in this group, or it is not delegated "
                                "(systemd: Delegate=yes; a container: a group of its own, writable)");
    for (const auto resource : found) problems_[resource] = problem;
  }
}

std::optional<std::string> CgroupRoots::problem(Resource resource) const {
  if (folders_.contains(resource)) return std::nullopt;
  const auto known = problems_.find(resource);
  return known == problems_.end() ? "there are no control groups here" : known->second;
}

Result<Cgroup> CgroupRoots::make(const CgroupLimits& limits) const {
  static std::atomic<std::uint64_t> number{0};
  const auto name = name_prefix() + std::to_string(++number);
  Cgroup group;
  std::map<fs::path, std::size_t> made;
  for (const auto& [resource, parent] : folders_) {
    const auto folder = parent / name;
    if (const auto [at, fresh] = made.try_emplace(folder, group.folders_.size()); fresh) {
      if (::mkdir(folder.c_str(), 0700) != 0) return fail_transient("sandbox_unavailable", joined(folder, "cannot make a control group"));
      group.folders_.push_back({folder, Fd(::open((folder / "cgroup.procs").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)), false});
    }
    if (resource == Resource::memory) group.folders_[made.at(folder)].counts_memory = true;
    for (const auto& [file, value] : version_ == 2 ? v2_settings(resource, limits) : v1_settings(resource, limits)) {
      const bool optional = file.starts_with('?');
      const auto path = folder / file.substr(optional ? 1 : 0);
      std::error_code error;
      if (optional && !fs::exists(path, error)) continue;
      if (!put(path, value)) return fail_transient("sandbox_unavailable", joined(path, "cannot set a limit"));
    }
  }
  return group;
}

std::size_t CgroupRoots::sweep() const {
  std::set<fs::path> parents;
  for (const auto& [resource, folder] : folders_) parents.insert(folder);
  std::size_t swept = 0;
  for (const auto& parent : parents) {
    std::vector<fs::path> orphans;
    std::error_code error;
    for (fs::directory_iterator it(parent, error), end; !error && it != end; it.increment(error))
      if (is_orphan(it->path().filename().string())) orphans.push_back(it->path());
    for (const auto& folder : orphans) swept += remove_group(folder) ? 1 : 0;
  }
  return swept;
}

}  // namespace argosy::sandbox
