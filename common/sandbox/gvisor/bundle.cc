#include "common/sandbox/gvisor/bundle.h"

#include <fmt/format.h>

#include <array>

#include "common/core/file.h"
#include "common/core/json.h"
#include "common/sandbox/launch/bwrap_command.h"

namespace argosy::sandbox {
namespace {

namespace fs = std::filesystem;

json::Object mount(const fs::path& at, const char* type, const fs::path& from, std::initializer_list<const char*> options) {
  json::Array words;
  for (const char* option : options) words.emplace_back(option);
  return {{"destination", at.string()}, {"type", type}, {"source", from.string()}, {"options", std::move(words)}};
}

json::Array mounts(const Job& job, const BaseFolder& base, const fs::path& scratch) {
  json::Array all;
  const auto bind = [&](const fs::path& from, const fs::path& at, const char* how) {
    all.emplace_back(mount(at, "bind", from, {"rbind", how, "nosuid", "nodev"}));
  };
  all.emplace_back(mount("/proc", "proc", "proc", {}));
  all.emplace_back(mount("/dev", "tmpfs", "tmpfs", {"nosuid", "noexec"}));
  bind("/usr", "/usr", "ro");
  std::error_code error;
  for (const fs::path folder : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"})
    if (fs::is_directory(folder, error) && !fs::is_symlink(folder, error)) bind(folder, folder, "ro");
  bind(base.etc(), "/etc", "ro");
  bind(scratch, "/tmp", "rw");
  bind(scratch, "/var/tmp", "rw");
  for (const auto& path : job.read_only)
    if (!path.string().starts_with("/usr/")) bind(path, path, "ro");
  for (const auto& [inside, path] : job.read_only_at) bind(path, inside, "ro");
  for (const auto& path : job.writable) bind(path, path, "rw");
  for (const auto& [inside, path] : job.writable_at) bind(path, inside, "rw");
  bind(job.workspace, kWorkspace, "rw");
  return all;
}

json::Array rlimits(const Limits& limits) {
  json::Array all;
  for (const auto& [type, value] :
       {std::pair{"RLIMIT_NOFILE", static_cast<std::int64_t>(limits.open_files)}, {"RLIMIT_FSIZE", limits.file_bytes}, {"RLIMIT_CORE", 0}})
    all.emplace_back(json::Object{{"type", type}, {"hard", value}, {"soft", value}});
  return all;
}

json::Object process(const Job& job, const Identity& identity) {
  json::Array words, env, none;
  for (const auto& word : job.argv) words.emplace_back(word);
  for (const auto& [name, value] : program_env(job, "/tmp")) env.emplace_back(fmt::format("{}={}", name, value));
  // Inside as outside: this class knows no mapping, and what it writes must belong to nobody else on the host.
  const auto id = static_cast<std::int64_t>(identity.host_id());
  return {{"terminal", false},
          {"user", json::Object{{"uid", id}, {"gid", id}}},
          {"args", std::move(words)},
          {"env", std::move(env)},
          {"cwd", std::string(kWorkspace)},
          {"capabilities", json::Object{{"bounding", json::Array{}}, {"effective", json::Array{}}, {"permitted", json::Array{}}}},
          {"rlimits", rlimits(job.limits)},
          {"noNewPrivileges", true}};
}

// Mount points, and the links that a merged /usr has.
std::error_code make_root(const fs::path& root, const Job& job) {
  std::error_code error;
  for (const char* folder : {"usr", "proc", "dev", "etc", "tmp", "var/tmp", "run", "workspace"})
    fs::create_directories(root / folder, error);
  for (const char* name : {"bin", "sbin", "lib", "lib32", "lib64", "libx32"}) {
    const fs::path outside = fs::path("/") / name;
    if (fs::is_symlink(outside, error))
      fs::create_symlink(fs::read_symlink(outside, error), root / name, error);
    else if (fs::is_directory(outside, error))
      fs::create_directory(root / name, error);
  }
  error.clear();
  const auto place = [&](const fs::path& inside, const fs::path& from) {
    const auto at = root / inside.relative_path();
    std::error_code unknown;
    fs::create_directories(fs::is_directory(from, unknown) ? at : at.parent_path(), error);
    if (!fs::is_directory(from, unknown)) (void)write_file_atomic(at, "");
  };
  for (const auto& path : job.read_only)
    if (!path.string().starts_with("/usr/")) place(path, path);
  for (const auto& [inside, path] : job.read_only_at) place(inside, path);
  for (const auto& path : job.writable) place(path, path);
  for (const auto& [inside, path] : job.writable_at) place(inside, path);
  return error;
}

}  // namespace

Result<void> write_bundle(const Job& job, const Identity& identity, const BaseFolder& base, const fs::path& scratch,
                          const fs::path& bundle) {
  if (const auto error = make_root(bundle / "rootfs", job))
    return fail_transient("sandbox_unavailable", fmt::format("cannot make the root of a gVisor sandbox: {}", error.message()));
  json::Array namespaces;
  for (const char* kind : {"pid", "network", "ipc", "uts", "mount"}) namespaces.emplace_back(json::Object{{"type", kind}});
  const json::Value config = json::Object{
      {"ociVersion", "1.0.0"}, {"process", process(job, identity)},    {"root", json::Object{{"path", "rootfs"}, {"readonly", true}}},
      {"hostname", "sandbox"}, {"mounts", mounts(job, base, scratch)}, {"linux", json::Object{{"namespaces", std::move(namespaces)}}}};
  return write_file_atomic(bundle / "config.json", json::dump(config));
}

}  // namespace argosy::sandbox
