#include "common/sandbox/bwrap_command.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

namespace argosy::sandbox {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr std::int64_t kSharedMemoryBytes = 64 << 20;  // /dev/shm is memory that no process is charged for

// What programs look up in /etc and what says nothing about this host. Keys, accounts and host names stay outside.
constexpr std::array kEtc{"alternatives",
                          "ca-certificates.conf",
                          "fonts",
                          "ld.so.cache",
                          "ld.so.conf",
                          "ld.so.conf.d",
                          "localtime",
                          "maven",
                          "mime.types",
                          "os-release",
                          "perl",
                          "protocols",
                          "python3",
                          "python3.11",
                          "services",
                          "ssl/certs",
                          "ssl/openssl.cnf",
                          "timezone",
                          "debian_version"};

struct SmallFile {
  const char* path;
  const char* text;
};
constexpr std::array<SmallFile, 4> kSmallFiles{{
    {"/etc/passwd",
     "root:x:0:0:root:/nonexistent:/usr/sbin/nologin\nsandbox:x:1000:1000:sandbox:/tmp/home:/bin/sh\nnobody:x:65534:65534::/nonexistent:/"
     "usr/sbin/nologin\n"},
    {"/etc/group", "root:x:0:\nsandbox:x:1000:\nnogroup:x:65534:\n"},
    {"/etc/hosts", "127.0.0.1 localhost sandbox\n::1 localhost\n"},
    {"/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"},
}};

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
    add(words, {"--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup"});
    // For the step from the namespace's root to the program's user, after which nothing is left of them.
    add(words, {"--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP"});
  } else {
    const auto id = std::to_string(kInsideId);
    add(words, {"--unshare-all", "--unshare-user", "--disable-userns", "--uid", id, "--gid", id, "--cap-drop", "ALL"});
  }
  add(words, {"--die-with-parent", "--new-session", "--hostname", "sandbox"});
}

void add_system(Words& words) {
  add(words, {"--ro-bind", "/usr", "/usr"});
  for (const std::string folder : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
    std::error_code error;
    if (fs::is_symlink(folder, error)) {
      add(words, {"--symlink", fs::read_symlink(folder, error).string(), folder});
    } else if (fs::is_directory(folder, error)) {
      add(words, {"--ro-bind", folder, folder});
    }
  }
  for (const fs::path name : kEtc) add_bind(words, "--ro-bind-try", "/etc" / name, "/etc" / name);
  std::error_code error;
  for (fs::directory_iterator it("/etc", error), end; !error && it != end; it.increment(error))
    if (it->path().filename().string().starts_with("java")) add_bind(words, "--ro-bind-try", it->path(), it->path());
}

void add_small_files(BwrapCommand& command) {
  for (const auto& file : kSmallFiles) {
    Fd fd(::memfd_create("etc", 0));
    const std::string_view text = file.text;
    if (!fd || ::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) || ::lseek(fd.get(), 0, SEEK_SET) != 0)
      continue;
    add(command.argv, {"--perms", "0644", "--file", std::to_string(fd.get()), file.path});
    command.files.push_back(std::move(fd));
  }
}

void add_fresh(Words& words, const fs::path& scratch) {
  add(words, {"--proc", "/proc", "--dev", "/dev"});
  add(words, {"--size", std::to_string(kSharedMemoryBytes), "--perms", "1777", "--tmpfs", "/dev/shm", "--remount-ro", "/dev"});
  // No link from one to the other: what lies below either of them outside may have to be shown under its name.
  add(words, {"--bind", scratch.string(), "/tmp", "--dir", "/run", "--dir", "/var", "--bind", scratch.string(), "/var/tmp"});
}

// Steps between bubblewrap and the program, each an exec in place: drop the namespace's root, set what is counted per process.
void add_program(Words& words, const Job& job, const Identity& identity) {
  const auto id = std::to_string(kInsideId);
  if (identity.separate())
    add(words, {"/usr/bin/setpriv", "--reuid", id, "--regid", id, "--clear-groups", "--inh-caps=-all", "--bounding-set=-all",
                "--no-new-privs", "--"});
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  const auto open_files = std::min<rlim_t>(files.rlim_max, static_cast<rlim_t>(job.limits.open_files));
  add(words, {"/usr/bin/choom", "-n", "1000", "--", "/usr/bin/prlimit", fmt::format("--nproc={}", job.limits.processes),
              fmt::format("--nofile={}", open_files), fmt::format("--fsize={}", job.limits.file_bytes), "--core=0", "--"});
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

Result<void> check_paths(const Job& job, const Identity& identity) {
  for (const auto& path : job.read_only) ARGOSY_TRY_VOID(check_path(path, identity));
  for (const auto& [inside, path] : job.read_only_at) ARGOSY_TRY_VOID(check_path(path, identity));
  return {};
}

BwrapCommand bwrap_command(const Job& job, const Identity& identity, const fs::path& scratch, int status_fd) {
  BwrapCommand command;
  auto& words = command.argv;
  words = identity.enter();
  add(words, {"/usr/bin/bwrap", "--json-status-fd", std::to_string(status_fd)});
  add_namespaces(words, identity);
  add_system(words);
  add_small_files(command);
  add_fresh(words, scratch);
  for (const auto& path : job.read_only)
    if (!path.string().starts_with("/usr/")) add_bind(words, "--ro-bind", path, path);
  for (const auto& [inside, path] : job.read_only_at) add_bind(words, "--ro-bind", path, inside);
  for (const auto& path : job.writable) add_bind(words, "--bind", path, path);
  add(words,
      {"--bind", job.workspace.string(), std::string(kWorkspace), "--chdir", std::string(kWorkspace), "--remount-ro", "/", "--clearenv"});
  for (const auto& [name, value] : program_env(job, "/tmp")) add(words, {"--setenv", name, value});
  words.emplace_back("--");
  add_program(words, job, identity);
  return command;
}

}  // namespace argosy::sandbox
