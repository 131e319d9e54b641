#include "common/sandbox/launch/identity.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

namespace argosy::sandbox {
namespace {

namespace fs = std::filesystem;

// Above everything that distributions, subordinate ids and containers hand out; where that is not mapped (a container), the classic nobody.
constexpr std::array<uid_t, 2> kHostIds{1'900'000'000, 65'534};

bool mapped(const char* map_file, uid_t id) {
  std::ifstream in(map_file);
  for (std::uint64_t inside = 0, outside = 0, count = 0; in >> inside >> outside >> count;)
    if (id >= inside && id - inside < count) return true;
  return false;
}

std::unexpected<Error> unavailable(std::string_view what) {
  return fail_transient("sandbox_unavailable", fmt::format("{}: {}", what, std::strerror(errno)),
                        "a worker that runs as root needs CAP_SYS_ADMIN and CAP_SETUID to make the sandbox's user namespace; run it as an "
                        "ordinary user else");
}

uid_t find_host_id() {
  for (const uid_t id : kHostIds)
    if (mapped("/proc/self/uid_map", id) && mapped("/proc/self/gid_map", id)) return id;
  return 0;
}

}  // namespace

Result<Identity> Identity::create() {
  Identity identity;
  if (::geteuid() != 0) return identity;
  static const uid_t host_id = find_host_id();
  identity.host_id_ = host_id;
  errno = EINVAL;
  if (identity.host_id_ == 0) return unavailable("no unprivileged user id is mapped here");

  ARGOSY_TRY(identity.namespaces_, ReadyNamespaces::shared().take(identity.host_id_));
  return identity;
}

Result<void> Identity::hand_over(const fs::path& tree) const {
  if (!separate()) return {};
  struct stat about{};
  if (::lstat(tree.c_str(), &about) == 0 && about.st_uid == host_id_) return {};
  // The top must be open to the user in whose name bubblewrap enters it, root without capabilities.
  std::error_code error;
  fs::permissions(tree, fs::perms::others_read | fs::perms::others_exec, fs::perm_options::add, error);
  if (error) return fail_transient("sandbox_unavailable", fmt::format("cannot open {}: {}", tree.string(), error.message()));
  for (auto it = fs::recursive_directory_iterator(tree, error); !error && it != fs::end(it); it.increment(error))
    if (::lchown(it->path().c_str(), host_id_, host_id_) != 0) return unavailable("chown " + it->path().string());
  if (::lchown(tree.c_str(), host_id_, host_id_) != 0) return unavailable("chown " + tree.string());
  if (error) return fail_transient("sandbox_unavailable", fmt::format("cannot walk {}: {}", tree.string(), error.message()));
  return {};
}

}  // namespace argosy::sandbox
