// Landlock, the second wall for files: what the mounts should not show in the first place, nobody may open. Used by argosy-confine before
// it starts the program, and by the survey of what this kernel offers. Header only: no library of ours is in argosy-confine. One thread.
// Rights and versions: Documentation/userspace-api/landlock.rst of the kernel.
#pragma once

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <string_view>

namespace argosy::confine {

class Landlock {
 public:
  // --read, --write, --touch, --list (main.cc). False when `option` is none of these or there are too many. Keeps the pointer.
  bool add(std::string_view option, const char* path) {
    if (count_ == rules_.size()) return false;
    for (const auto& kind : kKinds)
      if (kind.option == option) {
        rules_[count_++] = {path, kind.rights};
        return true;
      }
    return false;
  }

  // Closes everything but what was added, for this thread and all that it starts; nothing when nothing was added. Needs no_new_privs.
  // False with errno. What an older kernel cannot restrict stays as it is.
  bool restrict() const {
    if (count_ == 0) return true;
    const int version = supported();
    if (version < 1) return false;
    const auto handled = handled_by(version);
    const Ruleset ruleset{handled, 0, version >= 6 ? kScopeAbstractSockets | kScopeSignals : 0};
    const auto size = version >= 6 ? sizeof ruleset : sizeof ruleset.files;
    const auto fd = static_cast<int>(::syscall(SYS_landlock_create_ruleset, &ruleset, size, 0));
    if (fd < 0) return false;
    bool fine = true;
    for (std::size_t i = 0; i < count_ && fine; ++i) fine = allow(fd, rules_[i], handled);
    fine = fine && ::syscall(SYS_landlock_restrict_self, fd, 0) == 0;
    ::close(fd);
    return fine;
  }

  // The version of the kernel's interface; -1 where there is none.
  static int supported() { return static_cast<int>(::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION)); }

 private:
  struct Rule {
    const char* path;
    std::uint64_t rights;
  };
  struct Kind {
    std::string_view option;
    std::uint64_t rights;
  };
  // The kernel's structures, written out: Debian's headers are older than what running kernels know.
  struct Ruleset {
    std::uint64_t files, network, scoped;
  };
  static constexpr std::uint64_t kTruncate = 1ULL << 14, kDeviceIoctl = 1ULL << 15;
  static constexpr std::uint64_t kScopeAbstractSockets = 1ULL << 0, kScopeSignals = 1ULL << 1;
  static constexpr std::uint64_t kVersion1 = (1ULL << 13) - 1;
  static constexpr std::uint64_t kRead = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
  static constexpr std::uint64_t kTouch =
      LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate | kDeviceIoctl;
  static constexpr std::uint64_t kEverything =
      (kVersion1 & ~(LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK)) | LANDLOCK_ACCESS_FS_REFER | kTruncate;
  static constexpr std::uint64_t kOfFiles =
      LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate | kDeviceIoctl;
  static constexpr std::array<Kind, 4> kKinds{
      {{"--read", kRead}, {"--write", kEverything}, {"--touch", kTouch}, {"--list", LANDLOCK_ACCESS_FS_READ_DIR}}};

  static std::uint64_t handled_by(int version) {
    return kVersion1 | (version >= 2 ? LANDLOCK_ACCESS_FS_REFER : 0) | (version >= 3 ? kTruncate : 0) | (version >= 5 ? kDeviceIoctl : 0);
  }

  // A path that is not there needs no right.
  static bool allow(int ruleset, const Rule& rule, std::uint64_t handled) {
    const int fd = ::open(rule.path, O_PATH | O_CLOEXEC);
    if (fd < 0) return errno == ENOENT;
    struct stat about{};
    landlock_path_beneath_attr beneath{};
    beneath.allowed_access = rule.rights & handled & (::fstat(fd, &about) == 0 && S_ISDIR(about.st_mode) ? ~0ULL : kOfFiles);
    beneath.parent_fd = fd;
    const bool fine =
        beneath.allowed_access == 0 || ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0;
    ::close(fd);
    return fine;
  }

  std::array<Rule, 128> rules_{};
  std::size_t count_ = 0;
};

}  // namespace argosy::confine
