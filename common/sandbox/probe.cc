// Why a sandbox does not work here, in words that say what to change.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "common/core/file.h"
#include "common/core/text.h"
#include "common/sandbox/sandbox.h"

namespace argosy::sandbox {
namespace {

struct Reason {
  const char* said;  // what bubblewrap or we said
  const char* means;
};
constexpr std::array<Reason, 6> kReasons{{
    {"RTM_NEWADDR",
     "AppArmor lets new user namespaces do nothing: sysctl kernel.apparmor_restrict_unprivileged_userns=0, or a profile for "
     "/usr/bin/bwrap"},
    {"mount proc",
     "this container hides parts of /proc: run it with unmasked proc (Docker: --security-opt systempaths=unconfined, Kubernetes: "
     "procMount: Unmasked)"},
    {"pivot_root", "the root of this container cannot be left: run it with a root that is a mount of its own"},
    {"uid map", "the container's user mapping forbids it: give the worker CAP_SETUID, or run it as an ordinary user"},
    {"Operation not permitted",
     "a seccomp or AppArmor profile forbids new namespaces (Docker: --security-opt seccomp=unconfined, or a profile that allows clone and "
     "unshare)"},
    {"Permission denied", "a security module forbids new namespaces: allow them for /usr/bin/bwrap"},
}};

struct Switch {
  const char* file;
  const char* bad;
  const char* remedy;
};
constexpr std::array<Switch, 3> kSwitches{{
    {"/proc/sys/kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"},
    {"/proc/sys/user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=15000"},
    {"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1",
     "sysctl kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile for /usr/bin/bwrap"},
}};

std::string remedy(const Error& error) {
  for (const auto& s : kSwitches) {
    std::string value;
    std::ifstream(s.file) >> value;
    if (value == s.bad) return fmt::format("{} is {}: {}", s.file, value, s.remedy);
  }
  for (const auto& reason : kReasons)
    if (error.message.find(reason.said) != std::string::npos) return reason.means;
  return error.hint;
}

}  // namespace

std::optional<std::string> Sandbox::probe(Class kind) {
  if (kind == Class::none) return std::nullopt;
  if (::access("/usr/bin/bwrap", X_OK) != 0) return "/usr/bin/bwrap is missing: apt-get install bubblewrap";
  if (kind == Class::gvisor && ::access("/usr/bin/runsc", X_OK) != 0) return "/usr/bin/runsc is missing: apt-get install runsc";
  if (::access(fmt::format("/proc/self/task/{}/children", ::getpid()).c_str(), R_OK) != 0)
    return "the kernel was built without CONFIG_PROC_CHILDREN, so a sandbox's memory cannot be watched: use a distribution's kernel";

  const TempDir folder("probe");
  Job job;
  job.workspace = folder.path() / "workspace";
  std::error_code error;
  std::filesystem::create_directory(job.workspace, error);
  if (error) return fmt::format("cannot make a folder for the sandbox's probe: {}", error.message());
  // A sandbox that starts but has a network device or a writable system is none.
  job.argv = {"/bin/sh", "-c", "touch /usr/probe 2>/dev/null && echo writable; grep -c : /proc/net/dev; echo > probe && echo ok"};
  job.limits.wall = std::chrono::seconds(20);
  const auto done = Sandbox(kind).run(job);
  if (!done) return fmt::format("no sandbox: {} -> {}", done.error().message, remedy(done.error()));
  if (done->exit_code == 0 && text::trim(done->out) == "1\nok") return std::nullopt;
  return fmt::format("the sandbox does not hold what it promises here: exit code {}, output \"{}\"", done->exit_code,
                     text::ellipsize(text::trim(done->out + done->err), 200));
}

}  // namespace argosy::sandbox
