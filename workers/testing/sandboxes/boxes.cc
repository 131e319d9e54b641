#include "workers/testing/sandboxes/boxes.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "common/core/text.h"
#include "common/runtime/step/log/step_log.h"
#include "common/sandbox/limits/disk_watch.h"
#include "common/telemetry/log.h"
#include "workers/testing/runs/test_paths.h"
#include "workers/testing/runs/test_tree.h"

namespace argosy::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kIdle = "idle", kOutOfDisk = "out_of_disk", kWorkerStopped = "worker_stopped", kDeleted = "deleted";
constexpr int kSignalExit = 128;  // a shell's way to tell of a signal: this plus its number
constexpr int kLastSignal = 64;

// JSON carries it: UTF-8 without NUL, whatever a program prints.
std::string presentable(std::string_view bytes) {
  auto text = text::to_utf8(bytes);
  std::ranges::replace(text, '\0', '?');
  return text;
}

tasks::Executed told_of(sandbox::Finished finished) {
  const auto cut = [](std::string& bytes, bool truncated) {
    const bool longer = bytes.size() > tasks::kMaxExecOutput;
    if (longer) bytes.resize(tasks::kMaxExecOutput);
    bytes = presentable(bytes);
    return longer || truncated;
  };
  tasks::Executed done{.exit_code = finished.exit_code,
                       .timed_out = finished.timed_out,
                       .out_of_memory = finished.out_of_memory,
                       .out_of_disk = finished.out_of_disk,
                       .stopped = finished.cancelled,
                       .duration_ms = finished.duration.count()};
  if (done.exit_code > kSignalExit && done.exit_code <= kSignalExit + kLastSignal) done.signal = done.exit_code - kSignalExit;
  done.out_truncated = cut(finished.out, finished.out_truncated);
  done.err_truncated = cut(finished.err, finished.err_truncated);
  done.out = std::move(finished.out);
  done.err = std::move(finished.err);
  return done;
}

}  // namespace

struct Boxes::Box {
  SandboxId id;
  fs::path folder;  // "workspace" lies in it
  sandbox::Limits limits;
  std::atomic<bool> stopped = false;
  // Guarded by Boxes::mutex_.
  bool busy = true;  // being made, or a command runs
  bool removed = false;
  std::chrono::nanoseconds used_at{};
  std::int64_t commands = 0;
};

Boxes::Boxes(BoxesOptions options, Scratch scratch, const Clock& clock, Publish publish)
    : options_(std::move(options)), scratch_(std::move(scratch)), clock_(clock), publish_(std::move(publish)) {}

Boxes::~Boxes() { stop(); }

Result<tasks::MadeSandbox> Boxes::make(const tasks::MakeSandbox& wish) {
  ARGOSY_TRY_VOID(check_policy());
  ARGOSY_TRY(const auto box, reserve(wish));
  auto commit = fill(wish, *box);
  if (!commit) {
    {
      const std::lock_guard lock(mutex_);
      boxes_.erase(wish.id);
    }
    remove_tree(box->folder);
    return std::unexpected(std::move(commit.error()));
  }
  give_back(box);
  telemetry::log_info("sandbox made", {{"sandbox_id", wish.id.to_string()}, {"commit", *commit}});
  return tasks::MadeSandbox{.commit = std::move(*commit), .limits = told_limits(box->limits)};
}

Result<Boxes::BoxPtr> Boxes::reserve(const tasks::MakeSandbox& wish) {
  ARGOSY_TRY(const auto limits, lowered(wish.limits));
  const std::lock_guard lock(mutex_);
  if (stopping_) return fail_transient("sandbox_stopping", "the worker is about to end", "ask again: another one takes it");
  if (boxes_.contains(wish.id)) return fail_user("sandbox_busy", "this sandbox is being made");
  if (boxes_.size() >= options_.room) return fail_transient("sandbox_no_room", "the worker keeps as many sandboxes as it may");
  auto box = std::make_shared<Box>();
  box->id = wish.id;
  box->folder = scratch_.path() / wish.id.to_string();
  box->limits = limits;
  boxes_.emplace(wish.id, box);
  return box;
}

// The commit that its files are of.
Result<std::string> Boxes::fill(const tasks::MakeSandbox& wish, Box& box) {
  auto git = options_.testing.git;
  git.cancelled = [&box] { return box.stopped.load(); };
  ARGOSY_TRY(const auto repository, vcs::Repository::open(git, wish.url));
  auto commit = wish.commit;
  if (commit.empty()) {
    ARGOSY_TRY_VOID(repository->fetch());
    ARGOSY_TRY(const auto resolved, repository->resolve(wish.branch));
    commit = resolved.first;
  }
  std::error_code error;
  if (!fs::create_directory(box.folder, error))
    return fail_transient("tree_not_written", fmt::format("cannot make {}: {}", box.folder.string(), error.message()));
  ARGOSY_TRY_VOID(make_tree(*repository, commit, {}, box.folder / "workspace"));
  if (sandbox::holds_more(box.folder, box.limits.disk_bytes, box.limits.files))
    return fail_user("sandbox_limit_refused", "the repository itself is larger than disk_bytes", "ask for more, or for no limit");
  return commit;
}

Result<tasks::Executed> Boxes::exec(const SandboxId& id, const tasks::Exec& command) {
  ARGOSY_TRY(const auto box, take(id));
  auto done = run(*box, command);
  // What lies there between two commands is nobody's to watch.
  const bool too_much = done && sandbox::holds_more(box->folder, box->limits.disk_bytes, box->limits.files);
  give_back(box);
  if (too_much) {
    done->out_of_disk = true;
    drop(id, std::string(kOutOfDisk));
  }
  return done;
}

Result<tasks::Executed> Boxes::run(Box& box, const tasks::Exec& command) {
  const auto number = box.commands;  // nobody else changes it while it is busy
  runtime::StepLog log(options_.max_log_bytes, [&](std::int64_t offset, std::string text) {
    const auto attempt = std::min<std::int64_t>(number, std::numeric_limits<std::int16_t>::max());
    publish_({.task = TaskId{box.id.uuid},
              .step = 0,
              .epoch = number,
              .attempt = static_cast<std::int16_t>(attempt),
              .offset = offset,
              .text = std::move(text)});
  });
  const sandbox::Sandbox sandbox(options_.testing.sandbox);
  sandbox::Job job;
  job.argv = command.argv;
  job.workspace = box.folder / "workspace";
  add_test_paths(job, options_.testing.test_paths, sandbox.workspace_inside(job));
  job.input = command.input;
  job.limits = box.limits;
  job.limits.wall = std::min<std::chrono::milliseconds>(job.limits.wall, command.timeout);
  job.on_output = [&](std::string_view piece) {
    if (log.append(piece)) pump_.wake(log);
  };
  job.cancelled = [&box] { return box.stopped.load(); };
  auto finished = sandbox.run(job);
  pump_.forget(log);
  log.close();
  if (!finished) return std::unexpected(std::move(finished.error()));
  if (finished->forbidden_call) {
    telemetry::log_warning(fmt::format("a command in the sandbox {} tried to get out of it", box.id.to_string()));
    options_.testing.on_escape();
  }
  return told_of(std::move(*finished));
}

Result<Boxes::BoxPtr> Boxes::take(const SandboxId& id) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return fail_transient("sandbox_stopping", "the worker is about to end");
  const auto found = boxes_.find(id);
  if (found == boxes_.end()) return fail_user("sandbox_gone", "the worker has no such sandbox");
  if (found->second->busy)
    return fail_user("sandbox_busy", "a command runs in this sandbox, or it is still being made",
                     "commands follow one another: wait for its end");
  found->second->busy = true;
  ++found->second->commands;
  return found->second;
}

void Boxes::give_back(const BoxPtr& box) {
  {
    const std::lock_guard lock(mutex_);
    box->busy = false;
    box->used_at = clock_.boot_time();
    if (!box->removed) return;
  }
  remove_tree(box->folder);  // somebody removed it meanwhile
}

void Boxes::remove(const SandboxId& id) { drop(id, std::string(kDeleted)); }

void Boxes::drop(const SandboxId& id, const std::string& reason) {
  BoxPtr box;
  {
    const std::lock_guard lock(mutex_);
    const auto found = boxes_.find(id);
    if (found == boxes_.end()) return;
    box = found->second;
    boxes_.erase(found);
    if (reason != kDeleted) gone_.emplace_back(id, reason);
    box->stopped = true;
    box->removed = true;
    if (box->busy) return;  // who works in it removes its files
  }
  remove_tree(box->folder);
}

void Boxes::remove_idle() {
  std::vector<SandboxId> idle;
  {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.boot_time();
    for (const auto& [id, box] : boxes_)
      if (!box->busy && now - box->used_at >= options_.idle) idle.push_back(id);
  }
  for (const auto& id : idle) drop(id, std::string(kIdle));
}

void Boxes::stop() {
  std::vector<SandboxId> all;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& [id, box] : boxes_) all.push_back(id);
  }
  for (const auto& id : all) drop(id, std::string(kWorkerStopped));
}

Boxes::Census Boxes::census() const {
  const std::lock_guard lock(mutex_);
  Census census{.held = {}, .gone = gone_};
  for (const auto& [id, box] : boxes_) census.held.push_back(id);
  return census;
}

void Boxes::told(const std::vector<std::pair<SandboxId, std::string>>& gone) {
  const std::lock_guard lock(mutex_);
  std::erase_if(gone_, [&](const auto& one) { return std::ranges::find(gone, one) != gone.end(); });
}

}  // namespace argosy::testing
