#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include "common/core/file.h"
#include "common/core/text.h"
#include "common/sandbox/gvisor/bundle.h"
#include "common/sandbox/launch/bwrap_command.h"
#include "common/sandbox/limits/guard.h"

namespace argosy::sandbox {
namespace {

namespace fs = std::filesystem;

// What runsc needs on top of the program's own: one process an address space, and the threads of its kernel.
constexpr int kProcessesFactor = 2;
constexpr int kProcessesOfRunsc = 256;

std::unexpected<Error> unavailable(std::string what, std::string hint = {}) {
  return fail_transient("sandbox_unavailable", std::move(what), std::move(hint));
}

Result<Identity> check(const Job& job) {
  if (::access("/usr/bin/runsc", X_OK) != 0) return unavailable("runsc (gVisor) is not installed", "apt-get install runsc");
  if (::geteuid() != 0)
    return unavailable("gVisor needs root to give its sandbox no network", "run the testing worker as root, or use class bwrap");
  if (job.egress)
    return fail_user("sandbox_class_unfit", "class gvisor has no way out, and this step needs the egress proxy",
                     "let set-up run in class bwrap, or fill the dependency cache first");
  ARGOSY_TRY(auto identity, Identity::create());
  ARGOSY_TRY_VOID(check_job(job, identity));
  ARGOSY_TRY_VOID(identity.hand_over(job.workspace));
  for (const auto& path : job.writable) ARGOSY_TRY_VOID(identity.hand_over(path));
  for (const auto& [inside, path] : job.writable_at) ARGOSY_TRY_VOID(identity.hand_over(path));
  return identity;
}

// In a process namespace of its own: when its first process dies, so does everything that runsc has started, whoever killed whom.
std::vector<std::string> words(int status_fd, const fs::path& folder) {
  return {"/usr/bin/bwrap",
          "--json-status-fd",
          std::to_string(status_fd),
          "--dev-bind",
          "/",
          "/",
          "--proc",
          "/proc",
          "--unshare-pid",
          "--die-with-parent",
          "--cap-add",
          "ALL",
          "--",
          "/usr/bin/runsc",
          "--root",
          (folder / "state").string(),
          "--platform=ptrace",
          "--network=none",
          "--ignore-cgroups",
          "run",
          "--bundle",
          (folder / "bundle").string(),
          folder.filename().string()};  // names a socket of the host's: one a run
}

}  // namespace

Result<Finished> run_gvisor(const Job& job, const fs::path& scratch, Command command) {
  ARGOSY_TRY(const auto identity, check(job));
  ARGOSY_TRY_VOID(identity.hand_over(scratch));
  ARGOSY_TRY(const auto* base, BaseFolder::shared());
  const TempDir folder("gvisor", job.workspace.parent_path());
  std::error_code error;
  for (const char* name : {"bundle", "state"}) fs::create_directory(folder.path() / name, error);
  ARGOSY_TRY_VOID(write_bundle(job, identity, *base, scratch, folder.path() / "bundle"));

  auto counted = job;
  counted.limits.processes = job.limits.processes * kProcessesFactor + kProcessesOfRunsc;
  ARGOSY_TRY(auto guard, Guard::create(counted, scratch));
  command.argv = words(guard.tree().status_fd(), folder.path());
  command.env = minimal_env();
  command.keep_fds = {guard.tree().status_fd()};
  command.cgroups = guard.cgroups();
  command.ask_to_end = [&] { guard.tree().signal_first(SIGTERM); };  // runsc hands it on
  command.grace = job.limits.grace;
  command.cancelled = [&] { return guard.must_end(); };

  auto done = argosy::run(command);
  Finished finished;
  if (done) static_cast<Completed&>(finished) = std::move(*done);
  guard.end(finished);
  if (!done) return std::unexpected(done.error());
  if (finished.timed_out || finished.cancelled || finished.out_of_memory || finished.out_of_disk) return finished;
  const auto exit_code = guard.tree().exit_code();
  // runsc tells its own failures by 128 and one line on stderr.
  if (!exit_code || (*exit_code == 128 && finished.err.find("running container") != std::string::npos)) {
    const auto said = text::lines(finished.err);
    return unavailable(fmt::format("runsc did not start the command: {}", said.empty() ? "it said nothing" : said.front()),
                       "`argosy doctor sandbox` tells what this host lacks");
  }
  finished.exit_code = *exit_code;
  return finished;
}

}  // namespace argosy::sandbox
