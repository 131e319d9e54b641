#include "common/sandbox/sandbox.h"

#include <fmt/format.h>
#include <unistd.h>

#include "common/core/file.h"
#include "common/core/text.h"
#include "common/sandbox/gvisor/bundle.h"
#include "common/sandbox/launch/bwrap_command.h"
#include "common/sandbox/launch/run_bwrap.h"
#include "common/telemetry/log.h"
#include "common/telemetry/tracing/tracing.h"

namespace argosy::sandbox {
namespace {

namespace fs = std::filesystem;

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
  command.input = job.input;
  command.on_output = [&output](std::string_view piece, bool) { output(piece); };
  return command;
}

Result<Finished> run_plain(const Job& job, const fs::path& scratch, Command command) {
  telemetry::log_warning("RUNNING REPOSITORY CODE WITHOUT A SANDBOX, as configured: it can read and change all that this worker can",
                         {{"command", text::join(job.argv, " ")}});
  command.argv = job.argv;
  command.env = program_env(job, scratch);
  command.cwd = job.workspace;
  command.cancelled = job.cancelled;
  ARGOSY_TRY(auto done, argosy::run(command));
  Finished finished;
  static_cast<Completed&>(finished) = std::move(done);
  return finished;
}

}  // namespace

std::string_view to_string(Class kind) { return kind == Class::bwrap ? "bwrap" : kind == Class::gvisor ? "gvisor" : "none"; }

Result<Finished> Sandbox::run(const Job& job) const {
  telemetry::OpenSpan span("sandbox run", telemetry::SpanKind::internal);
  auto finished = run_fenced(job);
  if (!span) return finished;
  span.set("argosy.sandbox.class", std::string(to_string(kind_)));
  if (!job.argv.empty()) span.set("process.executable.name", fs::path(job.argv.front()).filename().string());
  if (finished) span.set("process.exit.code", static_cast<std::int64_t>(finished->exit_code));
  if (!finished) {
    span.set("error.type", finished.error().code);
    span.fail(to_string(finished.error()));
  }
  return finished;
}

Result<Finished> Sandbox::run_fenced(const Job& job) const {
  try {
    // Beside the workspace: the same disk, and out of everybody's way.
    const TempDir scratch_dir("sandbox", job.workspace.parent_path());
    ARGOSY_TRY(const auto scratch, make_scratch(scratch_dir));
    BoundedOutput output(job.on_output, job.limits.output_bytes);
    auto command = bounded_command(job, output);
    switch (kind_) {
      case Class::bwrap:
        return run_bwrap(job, scratch, std::move(command));
      case Class::gvisor:
        return run_gvisor(job, scratch, std::move(command));
      case Class::none:
        break;
    }
    return run_plain(job, scratch, std::move(command));
  } catch (const std::system_error& problem) {
    return fail_transient("sandbox_unavailable", problem.what());
  }
}

fs::path Sandbox::workspace_inside(const Job& job) const { return kind_ == Class::none ? job.workspace : fs::path(kWorkspace); }

}  // namespace argosy::sandbox
