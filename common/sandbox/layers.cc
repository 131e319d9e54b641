#include "common/sandbox/layers.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>

#include "common/core/file.h"
#include "common/core/folders/scratch.h"
#include "common/core/text.h"
#include "common/sandbox/confine/landlock.h"
#include "common/sandbox/limits/cgroup.h"

namespace argosy::sandbox {
namespace {

constexpr std::array<std::string_view, 13> kNames{"namespaces",  "identity",   "capabilities", "no-new-privs", "files",
                                                  "network",     "seccomp",    "landlock",     "memory",       "cgroup-memory",
                                                  "cgroup-pids", "cgroup-cpu", "cgroup-io"};
constexpr std::array<std::string_view, 7> kUsual{"namespaces", "identity", "capabilities", "no-new-privs", "files", "network", "seccomp"};

// What the program inside finds. "key value" a line.
constexpr const char* kLook =
    "while read key value rest; do case $key in Seccomp:|NoNewPrivs:|CapEff:|CapBnd:|Uid:) echo $key $value;; esac; done < "
    "/proc/self/status\n"
    "echo devices $(grep -c : /proc/net/dev)\n"
    "for kind in user mnt pid net ipc uts; do echo ns-$kind $(readlink /proc/self/ns/$kind); done\n"
    "touch /usr/probe /etc/probe 2>/dev/null && echo system writable || echo system read-only\n"
    "echo probe > probe && echo workspace writable\n"
    "test -e /root -o -e /home -o -e /var/lib && echo host visible || echo host hidden\n";

using Findings = std::map<std::string, std::string>;

Result<Findings> look_from_inside(Class kind) {
  const TempDir folder("probe");
  Job job;
  job.workspace = folder.path() / "workspace";
  std::error_code error;
  std::filesystem::create_directory(job.workspace, error);
  if (error) return fail_transient("sandbox_unavailable", fmt::format("cannot make a folder for the sandbox's probe: {}", error.message()));
  job.argv = {"/bin/sh", "-c", kLook};
  job.limits.wall = std::chrono::seconds(20);
  ARGOSY_TRY(const auto done, Sandbox(kind).run(job));
  Findings found;
  for (const auto line : text::lines(done.out)) {
    const auto space = line.find(' ');
    if (space != std::string_view::npos) found[std::string(line.substr(0, space))] = line.substr(space + 1);
  }
  return found;
}

std::string own_namespace(std::string_view kind) {
  std::error_code error;
  return std::filesystem::read_symlink(fmt::format("/proc/self/ns/{}", kind), error).string();
}

// Empty: all are the sandbox's own.
std::string shared_namespaces(const Findings& found) {
  std::string shared;
  for (const char* kind : {"user", "mnt", "pid", "net", "ipc", "uts"}) {
    const auto at = found.find(fmt::format("ns-{}", kind));
    if (at == found.end() || at->second.empty() || at->second == own_namespace(kind))
      shared += fmt::format("{}{}", shared.empty() ? "" : ", ", kind);
  }
  return shared;
}

class Survey {
 public:
  Survey(Class kind, Findings found) : kind_(kind), found_(std::move(found)) {}

  std::vector<Layer> all() {
    const bool gvisor = kind_ == Class::gvisor;
    const auto shared = gvisor ? "" : shared_namespaces(found_);
    add(shared.empty(),
        gvisor ? "a kernel of its own (gVisor), in a process namespace of its own" : "user, mount, pid, net, ipc, uts, cgroup",
        fmt::format("shared with the host: {}", shared), "run the worker outside of a container, or with unmasked namespaces");
    const bool root = ::geteuid() == 0;
    add(said("Uid:") != std::to_string(::geteuid()) && said("Uid:") != "0",
        root ? fmt::format("a user of its own on the host, uid {} inside", said("Uid:"))
             : fmt::format("uid {} inside, the worker's user outside", said("Uid:")),
        fmt::format("uid {} inside", said("Uid:")), "give the worker CAP_SETUID, or run it as an ordinary user");
    add(no_bits(said("CapEff:")) && (gvisor || !root || no_bits(said("CapBnd:"))), "all dropped", fmt::format("CapEff {}", said("CapEff:")),
        "use another kernel");
    add(said("NoNewPrivs:") == "1" || gvisor, gvisor ? "kept by gVisor's kernel" : "set", "not set", "use another kernel");
    add(said("system") == "read-only" && said("workspace") == "writable" && said("host") == "hidden",
        "the system read-only and minimal, a workspace of its own",
        fmt::format("system {}, workspace {}, host {}", said("system"), said("workspace"), said("host")),
        "look at the mounts of this machine: something is mounted where the sandbox cannot cover it");
    add(said("devices") == "1", "nothing but a loopback of its own", fmt::format("{} network devices", said("devices")),
        "allow network namespaces");
    add(gvisor || said("Seccomp:") == "2",
        gvisor ? "system calls end in gVisor's kernel, which is filtered itself" : "filtered by a list of refusals", "no filter",
        "use a kernel with CONFIG_SECCOMP_FILTER");
    add_landlock(gvisor);
    add_limits();
    return std::move(layers_);
  }

 private:
  std::string said(const std::string& key) const {
    const auto at = found_.find(key);
    return at == found_.end() ? "unknown" : at->second;
  }
  static bool no_bits(const std::string& hex) { return !hex.empty() && hex.find_first_not_of('0') == std::string::npos; }

  void add(bool active, std::string how, std::string why, std::string remedy) {
    layers_.push_back(
        {std::string(kNames[layers_.size()]), active, active ? std::move(how) : std::move(why), active ? "" : std::move(remedy)});
  }

  void add_landlock(bool gvisor) {
    // A sandbox that came up although its Landlock could not be built does not exist: argosy-confine ends instead.
    const int version = confine::Landlock::supported();
    add(!gvisor && version > 0, fmt::format("version {} of the kernel's interface", version),
        gvisor ? "gVisor's kernel opens no files of the host by itself" : "the kernel does not offer it",
        gvisor ? "not needed with this class" : "use Linux 5.13 or newer with landlock in CONFIG_LSM (or lsm= on its command line)");
  }

  void add_limits() {
    const auto& roots = CgroupRoots::shared();
    const auto group = fmt::format("by a control group, version {}", roots.version());
    const bool kept = roots.limits(Resource::memory);
    add(true, kept ? group : "by a watcher that looks every 100 ms, and rlimits; for a limit without overshoot see cgroup-memory", "", "");
    for (const auto resource : kResources)
      add(roots.limits(resource), group, roots.problem(resource).value_or(""),
          "run the testing worker as root, or in a delegated control group (systemd: Delegate=yes; Kubernetes: a writable cgroup)");
  }

  Class kind_;
  Findings found_;
  std::vector<Layer> layers_;
};

}  // namespace

std::span<const std::string_view> layer_names() { return kNames; }
std::span<const std::string_view> usual_layers() { return kUsual; }

std::vector<Layer> survey(Class kind) {
  if (const auto problem = Sandbox::probe(kind)) {
    std::vector<Layer> none;
    for (const auto name : kNames) none.push_back({std::string(name), false, *problem, "see above"});
    return none;
  }
  auto found = look_from_inside(kind);
  if (!found) return {{std::string(kNames[0]), false, found.error().message, found.error().hint}};
  return Survey(kind, std::move(*found)).all();
}

Result<void> check_policy(const std::vector<Layer>& layers, const std::vector<std::string>& required) {
  std::vector<std::string> missing;
  for (const auto& name : required) {
    const auto at = std::ranges::find(layers, name, &Layer::name);
    if (at == layers.end())
      missing.push_back(fmt::format("{} (no such layer)", name));
    else if (!at->active)
      missing.push_back(fmt::format("{} ({}; {})", name, at->text, at->remedy));
  }
  if (missing.empty()) return {};
  return fail_user("sandbox_policy_unmet",
                   fmt::format("this worker's sandbox lacks what the policy demands: {}", text::join(missing, ", ")),
                   "`argosy doctor sandbox` on the worker shows all layers; ARGOSY_SANDBOX_REQUIRE names those that must be there");
}

std::size_t sweep(const std::filesystem::path& work_dir) {
  std::error_code error;
  const auto temporary = std::filesystem::temp_directory_path(error);
  return CgroupRoots::shared().sweep() + Scratch::sweep(work_dir) + Scratch::sweep(temporary);
}

}  // namespace argosy::sandbox
