#include "common/sandbox/launch/run_bwrap.h"

#include <fmt/format.h>
#include <unistd.h>

#include "common/core/text.h"
#include "common/sandbox/confine/landlock.h"
#include "common/sandbox/filter/seccomp.h"
#include "common/sandbox/launch/bwrap_command.h"
#include "common/sandbox/launch/control.h"
#include "common/sandbox/limits/guard.h"

namespace argosy::sandbox {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> broken(const Control& control, const Completed& done) {
  const auto all = text::lines(done.err);
  const auto why = !control.failure().empty() ? control.failure() : all.empty() ? "it said nothing" : std::string(all.front());
  return fail_transient("sandbox_unavailable", fmt::format("the sandbox did not start the command: {}", why),
                        "`argosy doctor sandbox` tells what this host lacks");
}

Result<Surroundings> surroundings(const Job& job, const fs::path& scratch) {
  if (::access("/usr/bin/bwrap", X_OK) != 0)
    return fail_transient("sandbox_unavailable", "bubblewrap is not installed", "apt-get install bubblewrap");
  ARGOSY_TRY(auto identity, Identity::create());
  ARGOSY_TRY_VOID(check_job(job, identity));
  ARGOSY_TRY(const auto* base, BaseFolder::shared());
  ARGOSY_TRY(const int filter, seccomp_program(Guard::counts_memory(job)));
  ARGOSY_TRY_VOID(identity.hand_over(job.workspace));
  ARGOSY_TRY_VOID(identity.hand_over(scratch));
  for (const auto& path : job.writable) ARGOSY_TRY_VOID(identity.hand_over(path));
  for (const auto& [inside, path] : job.writable_at) ARGOSY_TRY_VOID(identity.hand_over(path));
  Surroundings around{.identity = std::move(identity), .base = *base, .scratch = scratch, .filter_fd = filter};
  around.landlock = confine::Landlock::supported() > 0;
#if ARGOSY_FAILPOINTS
  if (job.without.seccomp) around.filter_fd = -1;
  if (job.without.landlock) around.landlock = false;
#endif
  return around;
}

}  // namespace

Result<Finished> run_bwrap(const Job& job, const fs::path& scratch, Command command) {
  ARGOSY_TRY(auto around, surroundings(job, scratch));
  ARGOSY_TRY(auto guard, Guard::create(job, scratch));
  ARGOSY_TRY(auto control, Control::create(job.egress));
  around.status_fd = guard.tree().status_fd();
  around.control_fd = control.inside_fd();

  command.argv = bwrap_command(job, around);
  command.keep_fds = {around.status_fd, around.control_fd};
  if (around.filter_fd >= 0) command.keep_fds.push_back(around.filter_fd);
  if (around.identity.separate()) command.keep_fds.push_back(around.identity.user_namespace());
  command.network = around.identity.network_namespace();
  command.cgroups = guard.cgroups();
  command.ask_to_end = [&] { control.ask_to_end(); };
  command.grace = job.limits.grace;
  command.cancelled = [&] {
    ReadyNamespaces::shared().refill();
    control.listen();
    return guard.must_end();
  };

  auto done = argosy::run(command);
  ReadyNamespaces::shared().refill();
  control.listen();
  Finished finished;
  if (done) static_cast<Completed&>(finished) = std::move(*done);
  guard.end(finished);
  finished.forbidden_call = control.forbidden_call();
  if (!done) return std::unexpected(done.error());
  if (finished.timed_out || finished.cancelled || finished.out_of_memory || finished.out_of_disk) return finished;
  const auto exit_code = guard.tree().exit_code();
  if (!control.walls_stand() || !exit_code) return broken(control, finished);
  finished.exit_code = *exit_code;
  return finished;
}

}  // namespace argosy::sandbox
