// The files of control groups: where the hierarchies are mounted, which group is ours, and what is written where for a limit. Internal to
// the room; pure but for the files, any thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/sandbox/limits/cgroup.h"

namespace argosy::sandbox {

// A mounted hierarchy, as /proc/self/mountinfo tells (proc(5)).
struct Mount {
  std::string root, point, type, options;
};
std::vector<Mount> cgroup_mounts(const std::filesystem::path& machine);

// This process's group in the hierarchy with that controller ("" for version 2), as the mount shows it.
std::optional<std::filesystem::path> own_group(const std::filesystem::path& machine, const Mount& mount, std::string_view controller);

std::string_view v1_controller(Resource resource);

// "8:0" of the whole disk that holds `file`, which is what the kernel counts by; nothing for file systems without a disk of their own.
std::optional<std::string> disk_of(const std::filesystem::path& file);

// File and text; "?" before a file: where the kernel has it.
using Settings = std::vector<std::pair<std::string, std::string>>;
Settings v1_settings(Resource resource, const CgroupLimits& limits);
Settings v2_settings(Resource resource, const CgroupLimits& limits);

// Exactly one write: what a control file takes.
bool put(const std::filesystem::path& file, std::string_view text);
std::string first_line(const std::filesystem::path& file);

}  // namespace argosy::sandbox
