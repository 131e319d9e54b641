#include "common/sandbox/limits/cgroup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <mutex>
#include <set>

#include "common/core/text.h"
#include "common/sandbox/limits/cgroup_files.h"

namespace argosy::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr int kKillRounds = 100;  // a group is empty after one, unless it forks as it dies
constexpr int kTeardownMs = 1'000;

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
  return ::rmdir(folder.c_str()) == 0 || errno == ENOENT;
}

// Removes a group. The kernel may hold on to it a moment longer than to its last process: then it goes with a later one.
void remove_or_remember(const fs::path& folder) {
  static std::mutex mutex;
  static std::vector<fs::path> later;
  const std::scoped_lock lock(mutex);
  later.push_back(folder);
  std::erase_if(later, remove_group);
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
    folder.door.reset();
    remove_or_remember(folder.path);
  }
}

std::vector<int> Cgroup::entries() const {
  std::vector<int> all;
  for (const auto& folder : folders_) all.push_back(folder.door.get());
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
  for (const auto& mount : cgroup_mounts(machine)) {
    if (mount.type != "cgroup") continue;
    const auto options = text::split(mount.options, ',');
    for (const auto resource : kResources)
      if (std::ranges::find(options, v1_controller(resource)) != options.end())
        if (const auto own = own_group(machine, mount, v1_controller(resource))) give(resource, *own);
  }
}

void CgroupRoots::detect_v2(const fs::path& machine) {
  version_ = 2;
  for (const auto& mount : cgroup_mounts(machine)) {
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
      // A single thread that moves itself spares version 1 the lock over all forks of the machine, whose price is an RCU grace period.
      const auto door = folder / (version_ == 1 ? "tasks" : "cgroup.procs");
      group.folders_.push_back({folder, Fd(::open(door.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)), false});
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
