// Limits for all processes of a sandbox together, kept by the kernel: control groups, version 2 where it has the controllers, else version
// 1 (root only). Internal to the room. A Cgroup belongs to one thread; the roots are made once and shared. Formats:
// Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/ of the kernel.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/core/error.h"
#include "common/core/process/fd.h"

namespace argosy::sandbox {

enum class Resource : std::uint8_t { memory, pids, cpu, io };
inline constexpr std::array kResources{Resource::memory, Resource::pids, Resource::cpu, Resource::io};
std::string_view to_string(Resource resource);

struct CgroupLimits {
  std::int64_t memory_bytes = 0;
  int processes = 0;
  double cpus = 0;
  std::int64_t io_bytes_per_second = 0;  // reading and writing each
  std::filesystem::path io_of{};         // a file on the device that io_bytes_per_second is about
};

// A group of one sandbox; its folders go with it, and what still runs in them.
class Cgroup {
 public:
  ~Cgroup();
  Cgroup(Cgroup&&) noexcept = default;
  Cgroup& operator=(Cgroup&&) = delete;

  // Descriptors of the files that let a process of one thread enter: it writes "0".
  std::vector<int> entries() const;
  // Whether the kernel has killed in it for want of memory.
  bool out_of_memory() const;

 private:
  friend class CgroupRoots;
  struct Folder {
    std::filesystem::path path;
    Fd door;
    bool counts_memory = false;
  };
  Cgroup() = default;
  std::vector<Folder> folders_;
};

// Where this process may make groups.
class CgroupRoots {
 public:
  // Those of this machine: looked for once, tried by really making a group, and remembered.
  static const CgroupRoots& shared();
  // `machine`: the root of its files, a fake one in tests.
  static CgroupRoots detect(const std::filesystem::path& machine);

  int version() const { return version_; }  // 1, 2; 0: there is none
  // Why a resource is not limited by a group; nothing when it is.
  std::optional<std::string> problem(Resource resource) const;
  bool limits(Resource resource) const { return !problem(resource); }
  // A group with those limits that can be had here. Errors: sandbox_unavailable (A).
  Result<Cgroup> make(const CgroupLimits& limits) const;
  // Removes the groups of dead processes. Returns how many.
  std::size_t sweep() const;

 private:
  void detect_v1(const std::filesystem::path& machine);
  void detect_v2(const std::filesystem::path& machine);
  void give(Resource resource, std::filesystem::path folder) { folders_[resource] = std::move(folder); }

  int version_ = 0;
  std::map<Resource, std::filesystem::path> folders_;  // in which a group's folder is made; several resources may share one
  std::map<Resource, std::string> problems_;
};

}  // namespace argosy::sandbox
