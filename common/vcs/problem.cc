// The start-up probe of this room.
#include <atomic>
#include <cstdio>
#include <system_error>

#include <fmt/format.h>

#include "common/core/subprocess.h"
#include "common/vcs/repository.h"

namespace argosy::vcs {
namespace {

// What the room's calls need: --end-of-options in all of them, pushes that may expect an absent branch, the security fixes of apply.
constexpr int kMajor = 2, kMinor = 39;
constexpr std::chrono::seconds kProbePatience{10};

}  // namespace

std::optional<std::string> problem(const VcsOptions& options) {
  std::error_code error;
  std::filesystem::create_directories(options.work_dir, error);
  const auto probe = write_file_atomic(options.work_dir / ".probe", "", 0600);
  if (!probe) return fmt::format("the work folder {} cannot be written; set ARGOSY_WORK_DIR", options.work_dir.string());
  static std::atomic<bool> git_is_good = false;  // a git that was there stays; readiness asks every few seconds
  if (git_is_good) return std::nullopt;
  const auto version = run({.argv = {"git", "--version"}, .env = minimal_env(), .timeout = kProbePatience});
  int major = 0, minor = 0;
  if (!version || std::sscanf(version->out.c_str(), "git version %d.%d", &major, &minor) != 2)
    return "git is missing; install the package git";
  if (major < kMajor || (major == kMajor && minor < kMinor))
    return fmt::format("git {}.{} is too old; {}.{} or later is needed", major, minor, kMajor, kMinor);
  git_is_good = true;
  return std::nullopt;
}

}  // namespace argosy::vcs
