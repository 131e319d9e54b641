#include "common/sandbox/launch/bwrap_command.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

namespace argosy::sandbox {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr std::size_t kMaxArgumentBytes = 128 << 10;   // a little less than the kernel takes in one word (MAX_ARG_STRLEN)
constexpr std::int64_t kSharedMemoryBytes = 64 << 20;  // /dev/shm is memory that no process is charged for

void add(Words& words, std::initializer_list<std::string> more) { words.insert(words.end(), more); }

// Makes the folders above `path` enterable: bubblewrap would close those that it makes by itself to all but root.
void add_parents(Words& words, const fs::path& path) {
  fs::path above = "/";
  for (const auto& part : path.parent_path().relative_path()) add(words, {"--dir", (above /= part).string()});
}

void add_bind(Words& words, const char* how, const fs::path& from, const fs::path& at) {
  add_parents(words, at);
  add(words, {how, from.string(), at.string()});
}

void add_namespaces(Words& words, const Identity& identity) {
  if (identity.separate()) {
    add(words, {"--userns", std::to_string(identity.user_namespace())});
    add(words, {"--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup"});
    // For the step from the namespace's root to the program's user, after which nothing is left of them.
    add(words, {"--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP"});
  } else {
    const auto id = std::to_string(kInsideId);
    add(words, {"--unshare-all", "--unshare-user", "--disable-userns", "--uid", id, "--gid", id, "--cap-drop", "ALL"});
  }
  add(words, {"--die-with-parent", "--as-pid-1", "--new-session", "--hostname", "sandbox"});
}

const std::array<std::string, 6> kSystemLinks{"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"};

void add_system(Words& words, const BaseFolder& base) {
  add(words, {"--ro-bind", "/usr", "/usr"});
  for (const std::string& folder : kSystemLinks) {
    std::error_code error;
    if (fs::is_symlink(folder, error)) {
      add(words, {"--symlink", fs::read_symlink(folder, error).string(), folder});
    } else if (fs::is_directory(folder, error)) {
      add(words, {"--ro-bind", folder, folder});
    }
  }
  add(words, {"--ro-bind", base.etc().string(), "/etc", "--ro-bind", base.run().string(), "/run"});
}

void add_fresh(Words& words, const Surroundings& around) {
  const auto& scratch = around.scratch;
  add(words, {"--proc", "/proc", "--dev", "/dev"});
  // Whose user namespace it is may set the bounds of its message queues and segments, which no watcher sees.
  if (!around.identity.separate()) add(words, {"--ro-bind", "/proc/sys", "/proc/sys"});
  add(words, {"--size", std::to_string(kSharedMemoryBytes), "--perms", "1777", "--tmpfs", "/dev/shm", "--remount-ro", "/dev"});
  // No link from one to the other: what lies below either of them outside may have to be shown under its name.
  add(words, {"--bind", scratch.string(), "/tmp", "--dir", "/var", "--bind", scratch.string(), "/var/tmp"});
}

// What Landlock leaves open: what the mounts are meant to show, named once more. Should they ever show more, it stays closed.
void add_open_files(Words& words, const Job& job) {
  add(words, {"--list", "/", "--read", "/usr", "--read", "/etc", "--read", "/run", "--touch", "/proc", "--touch", "/dev"});
  for (const auto& folder : kSystemLinks) add(words, {"--read", folder});
  for (const char* path : {"/dev/shm", "/tmp", "/var/tmp", kWorkspace.data()}) add(words, {"--write", path});
  for (const auto& path : job.read_only) add(words, {"--read", path.string()});
  for (const auto& [inside, path] : job.read_only_at) add(words, {"--read", inside.string()});
  for (const auto& path : job.writable) add(words, {"--write", path.string()});
  for (const auto& [inside, path] : job.writable_at) add(words, {"--write", inside.string()});
}

bool wants_rlimits([[maybe_unused]] const Job& job) {
#if ARGOSY_FAILPOINTS
  return !job.without.rlimits;
#else
  return true;
#endif
}

void add_confine(Words& words, const Job& job, const Surroundings& around) {
  add(words, {kConfineInside, "--control", std::to_string(around.control_fd)});
  if (around.identity.separate()) add(words, {"--id", std::to_string(kInsideId)});
  if (wants_rlimits(job))
    add(words, {"--processes", std::to_string(job.limits.processes), "--open-files", std::to_string(job.limits.open_files), "--file-bytes",
                std::to_string(job.limits.file_bytes)});
  if (around.filter_fd >= 0) add(words, {"--filter", std::to_string(around.filter_fd)});
  if (around.landlock) add_open_files(words, job);
  if (job.egress) add(words, {"--listen", std::to_string(kEgressPort)});
  words.emplace_back("--");
  words.insert(words.end(), job.argv.begin(), job.argv.end());
}

std::unexpected<Error> refused(const fs::path& path, std::string_view why, std::string_view hint) {
  return fail_user("sandbox_path_refused", fmt::format("{} cannot be shown in the sandbox: {}", path.string(), why), std::string(hint));
}

Result<void> check_path(const fs::path& path, const Identity& identity) {
  static const std::array<fs::path, 11> roots{"/", "/proc", "/sys", "/dev", "/etc", "/home", "/root", "/tmp", "/usr", "/var", kWorkspace};
  const auto clean = path.lexically_normal();
  if (!path.is_absolute() || clean != path) return refused(path, "it is not an absolute path without . and ..", "write it out");
  if (std::ranges::find(roots, clean) != roots.end()) return refused(path, "it is a root of the system", "name the folder that tests need");
  for (const char* pseudo : {"/proc/", "/sys/", "/dev/"})
    if (clean.string().starts_with(pseudo)) return refused(path, "it belongs to the kernel", "name the folder that tests need");
  struct stat about{};
  if (::stat(path.c_str(), &about) != 0) return refused(path, "it is not there", "create it or leave it out");
  const mode_t needed = S_ISDIR(about.st_mode) ? S_IROTH | S_IXOTH : S_IROTH;
  if (identity.separate() && (about.st_mode & needed) != needed)
    return refused(path, "the sandbox's own user may not read it", fmt::format("chmod -R o+rX {}", path.string()));
  return {};
}

}  // namespace

std::map<std::string, std::string> program_env(const Job& job, const fs::path& tmp) {
  std::map<std::string, std::string> env{{"PATH", "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/go/bin"},
                                         {"HOME", (tmp / "home").string()},
                                         {"TMPDIR", tmp.string()},
                                         {"USER", "sandbox"},
                                         {"LANG", "C.UTF-8"}};
  for (const auto& [name, value] : job.env) env[name] = value;
  return env;
}

Result<void> check_job(const Job& job, const Identity& identity) {
  for (const auto& path : job.read_only) ARGOSY_TRY_VOID(check_path(path, identity));
  for (const auto& [inside, path] : job.read_only_at) ARGOSY_TRY_VOID(check_path(path, identity));
  const auto unfit = [](std::string_view text) { return text.size() > kMaxArgumentBytes || text.find('\0') != std::string_view::npos; };
  const bool bad_words = job.argv.empty() || std::ranges::any_of(job.argv, unfit);
  if (bad_words || std::ranges::any_of(job.env, [&](const auto& entry) { return unfit(entry.first + entry.second); }))
    return fail_user("sandbox_command_refused",
                     fmt::format("a word of the command or its environment holds a NUL or more than {} bytes", kMaxArgumentBytes),
                     "put long texts into a file of the workspace or on standard input");
  return {};
}

std::vector<std::string> bwrap_command(const Job& job, const Surroundings& around) {
  Words words{"/usr/bin/bwrap", "--json-status-fd", std::to_string(around.status_fd)};
  add_namespaces(words, around.identity);
  add_system(words, around.base);
  add_fresh(words, around);
  for (const auto& path : job.read_only)
    if (!path.string().starts_with("/usr/")) add_bind(words, "--ro-bind", path, path);
  for (const auto& [inside, path] : job.read_only_at) add_bind(words, "--ro-bind", path, inside);
  for (const auto& path : job.writable) add_bind(words, "--bind", path, path);
  for (const auto& [inside, path] : job.writable_at) add_bind(words, "--bind", path, inside);
#if ARGOSY_FAILPOINTS
  for (const auto& [inside, path] : job.without.shown) add_bind(words, "--ro-bind", path, inside);
#endif
  add(words,
      {"--bind", job.workspace.string(), std::string(kWorkspace), "--chdir", std::string(kWorkspace), "--remount-ro", "/", "--clearenv"});
  for (const auto& [name, value] : program_env(job, "/tmp")) add(words, {"--setenv", name, value});
  words.emplace_back("--");
  add_confine(words, job, around);
  return words;
}

}  // namespace argosy::sandbox
