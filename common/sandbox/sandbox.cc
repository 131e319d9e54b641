#include "common/sandbox/sandbox.h"

#include <fmt/format.h>
#include <unistd.h>

#include "common/core/clock.h"
#include "common/core/file.h"
#include "common/core/text.h"
#include "common/sandbox/bwrap_command.h"
#include "common/sandbox/identity.h"
#include "common/sandbox/tree_watch.h"
#include "common/telemetry/log.h"

namespace argosy::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kLookEvery{50};  // at the memory; run() asks at least every 100 ms

// Hands both streams on until the bound is reached, then says so once.
class BoundedOutput {
 public:
  BoundedOutput(const std::function<void(std::string_view)>& sink, std::size_t bound) : sink_(sink), left_(bound) {}
  void operator()(std::string_view piece) {
    if (!sink_ || cut_) return;
    const auto shown = piece.substr(0, left_);
    left_ -= shown.size();
    if (!shown.empty()) sink_(shown);
    if (shown.size() == piece.size()) return;
    cut_ = true;
    sink_("\n[output is cut here: it passed the limit]\n");
  }

 private:
  const std::function<void(std::string_view)>& sink_;
  std::size_t left_;
  bool cut_ = false;
};

Result<fs::path> make_scratch(const TempDir& scratch) {
  std::error_code error;
  fs::create_directory(scratch.path() / "home", error);
  // As /tmp is everywhere: open to whoever lives inside, sticky.
  if (!error) fs::permissions(scratch.path(), fs::perms::all | fs::perms::sticky_bit, error);
  if (error) return fail_transient("sandbox_unavailable", fmt::format("cannot make {}: {}", scratch.path().string(), error.message()));
  return scratch.path();
}

Command bounded_command(const Job& job, BoundedOutput& output) {
  Command command;
  command.timeout = job.limits.wall;
  command.max_output = job.limits.output_bytes;
  command.on_output = [&output](std::string_view piece, bool) { output(piece); };
  return command;
}

Result<Finished> run_plain(const Job& job, const fs::path& scratch) {
  telemetry::log_warning("RUNNING REPOSITORY CODE WITHOUT A SANDBOX, as configured: it can read and change all that this worker can",
                         {{"command", text::join(job.argv, " ")}});
  BoundedOutput output(job.on_output, job.limits.output_bytes);
  auto command = bounded_command(job, output);
  command.argv = job.argv;
  command.env = program_env(job, scratch);
  command.cwd = job.workspace;
  command.cancelled = job.cancelled;
  ARGOSY_TRY(auto done, argosy::run(command));
  return Finished{std::move(done)};
}

std::unexpected<Error> broken(const Completed& done) {
  const auto all = text::lines(done.err);
  return fail_transient("sandbox_unavailable",
                        fmt::format("bubblewrap did not start the command: {}", all.empty() ? "it said nothing" : all.front()),
                        "`argosy doctor` tells what this host lacks");
}

Result<Finished> run_bwrap(const Job& job, const fs::path& scratch) {
  if (::access("/usr/bin/bwrap", X_OK) != 0)
    return fail_transient("sandbox_unavailable", "bubblewrap is not installed", "apt-get install bubblewrap");
  ARGOSY_TRY(const auto identity, Identity::create());
  ARGOSY_TRY_VOID(check_paths(job, identity));
  ARGOSY_TRY_VOID(identity.hand_over(job.workspace));
  ARGOSY_TRY_VOID(identity.hand_over(scratch));
  for (const auto& path : job.writable) ARGOSY_TRY_VOID(identity.hand_over(path));
  ARGOSY_TRY(auto watch, TreeWatch::create(job.limits.memory_bytes));
  auto bwrap = bwrap_command(job, identity, scratch, watch.status_fd());

  BoundedOutput output(job.on_output, job.limits.output_bytes);
  auto command = bounded_command(job, output);
  command.argv = std::move(bwrap.argv);
  command.keep_fds.push_back(watch.status_fd());
  for (const auto& file : bwrap.files) command.keep_fds.push_back(file.get());
  bool out_of_memory = false;
  auto next_look = system_clock().boot_time();
  command.cancelled = [&] {
    // Asked after every piece of output too: a program that talks must not make the looks at its memory expensive.
    const auto now = system_clock().boot_time();
    if (now >= next_look) {
      out_of_memory = out_of_memory || watch.over_memory();
      next_look = now + kLookEvery;
    }
    return out_of_memory || (job.cancelled && job.cancelled());
  };

  auto done = argosy::run(command);
  watch.end();
  if (!done) return std::unexpected(done.error());
  Finished finished{std::move(*done)};
  finished.out_of_memory = out_of_memory;
  if (out_of_memory) finished.cancelled = false;
  if (finished.timed_out || finished.cancelled || out_of_memory) return finished;
  const auto exit_code = watch.exit_code();
  if (!exit_code) return broken(finished);
  finished.exit_code = *exit_code;
  return finished;
}

}  // namespace

Result<Finished> Sandbox::run(const Job& job) const {
  try {
    // Beside the workspace: the same disk, and out of everybody's way.
    const TempDir scratch_dir("sandbox", job.workspace.parent_path());
    ARGOSY_TRY(const auto scratch, make_scratch(scratch_dir));
    return kind_ == Class::none ? run_plain(job, scratch) : run_bwrap(job, scratch);
  } catch (const std::system_error& problem) {
    return fail_transient("sandbox_unavailable", problem.what());
  }
}

fs::path Sandbox::workspace_inside(const Job& job) const { return kind_ == Class::none ? job.workspace : fs::path(kWorkspace); }

}  // namespace argosy::sandbox
