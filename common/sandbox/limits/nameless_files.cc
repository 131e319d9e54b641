#include "common/sandbox/limits/nameless_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

namespace argosy::sandbox {
namespace {

constexpr std::int64_t kBlock = 512;  // what st_blocks counts in, whatever the disk does
constexpr std::string_view kDeleted = " (deleted)";

using File = std::pair<dev_t, ino_t>;

bool lies_in_memory(const std::string& path) {
  struct statfs about{};
  return ::statfs(path.c_str(), &about) == 0 && (about.f_type == TMPFS_MAGIC || about.f_type == HUGETLBFS_MAGIC);
}

class Search {
 public:
  void add_open(pid_t pid) {
    const auto folder = fmt::format("/proc/{}/fd", pid);
    const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), &::closedir);
    if (!open) return;
    for (const dirent* entry = nullptr; (entry = ::readdir(open.get())) != nullptr;) {
      struct stat about{};
      if (::fstatat(::dirfd(open.get()), entry->d_name, &about, 0) != 0 || !S_ISREG(about.st_mode) || about.st_nlink != 0) continue;
      if (!open_.insert({about.st_dev, about.st_ino}).second) continue;
      const bool memory = lies_in_memory(fmt::format("{}/{}", folder, entry->d_name));
      (memory ? bytes_.in_memory : bytes_.on_disk) += about.st_blocks * kBlock;
    }
  }

  // Its blocks cannot be asked for without rights on the host: the length of the mapping stands for them.
  void add_mapped(pid_t pid) {
    std::ifstream maps(fmt::format("/proc/{}/maps", pid));
    for (std::string line; std::getline(maps, line);) {
      unsigned long long from = 0, to = 0, offset = 0, inode = 0;
      unsigned major = 0, minor = 0;
      if (!line.ends_with(kDeleted)) continue;
      if (std::sscanf(line.c_str(), "%llx-%llx %*s %llx %x:%x %llu", &from, &to, &offset, &major, &minor, &inode) != 6) continue;
      if (major == 0) continue;  // memory, or a file system without a device: a process's own memory counts it
      auto& length = mapped_[{::makedev(major, minor), inode}];
      length = std::max(length, static_cast<std::int64_t>(offset + to - from));
    }
  }

  NamelessBytes sum() {
    for (const auto& [file, length] : mapped_)
      if (!open_.contains(file)) bytes_.on_disk += length;
    return bytes_;
  }

 private:
  NamelessBytes bytes_;
  std::set<File> open_;
  std::map<File, std::int64_t> mapped_;
};

}  // namespace

NamelessBytes nameless_bytes(const std::vector<pid_t>& pids) {
  Search search;
  for (const pid_t pid : pids) search.add_open(pid), search.add_mapped(pid);
  return search.sum();
}

}  // namespace argosy::sandbox
