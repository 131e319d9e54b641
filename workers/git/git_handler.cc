#include "workers/git/git_handler.h"

#include <fmt/format.h>

#include <utility>

#include "common/core/text.h"
#include "common/runtime/constraints.h"
#include "common/runtime/protected_files.h"
#include "common/tasks/agent/unfinished.h"
#include "common/tasks/guards/secret_scan.h"
#include "common/telemetry/tracing/tracing.h"
#include "workers/git/commit_message.h"

namespace argosy::git {
namespace {

// Files that the output lists; the patch has all, the summary counts all.
constexpr std::size_t kMaxListed = 1000;

// What the last test said: that it let the change pass is why we run.
Result<tasks::TestOutput> read_test(const runtime::Step& step) {
  if (step.inputs.size() < 2) return fail_user("payload_invalid", "a push needs the outputs of a change and of its test");
  ARGOSY_TRY(auto tested, tasks::test_output_from(step.inputs.back().second));
  if (tested.failed.empty()) return tested;
  return fail_code("change_not_tested", fmt::format("the gate {} does not hold: {}", tested.failed[0].gate, tested.failed[0].text),
                   "a change that its gates stopped is not pushed");
}

// What the steps before this one hand on.
struct Handed {
  std::vector<std::string> patches;   // digests, in order
  std::vector<tasks::Paths> granted;  // protected files that steps say they were let change
};

// What changes, fixes and formatters made, onto the tree.
Result<Handed> apply_patches(vcs::WorkTree& tree, const runtime::Step& step, runtime::StepContext& context) {
  Handed all;
  for (const auto& [ordinal, output] : step.inputs) {
    ARGOSY_TRY(const auto change, tasks::change_output_from(output));
    if (!change.patch.empty()) all.patches.push_back(change.patch);
    all.granted.insert(all.granted.end(), change.granted.begin(), change.granted.end());
  }
  for (const auto& sha : all.patches) {
    ARGOSY_TRY(const auto patch, context.artifacts().get(step.ref.task, sha));
    ARGOSY_TRY_VOID(tree.apply(patch));
  }
  return all;
}

std::vector<tasks::TouchedFile> touched_by(const std::vector<vcs::FileChange>& changes) {
  std::vector<tasks::TouchedFile> touched;
  for (const auto& change : changes) touched.push_back({change.path, change.old_path});
  return touched;
}

Result<void> check(const std::vector<vcs::FileChange>& changes, const runtime::Step& step, runtime::StepContext& context) {
  return runtime::check_touched(step, context, touched_by(changes));
}

// A task without operations was given in words: what it changes a model wrote.
bool is_by_a_model(const runtime::Step& step) { return step.task.change.empty(); }

std::vector<tasks::ChangedFile> listed(const std::vector<vcs::FileChange>& changes) {
  std::vector<tasks::ChangedFile> files;
  for (const auto& change : changes) {
    if (files.size() == kMaxListed) break;
    files.push_back({.path = text::to_utf8(change.path), .status = change.status, .added = change.added, .removed = change.removed});
  }
  return files;
}

// What became of the branch that the change is meant for. A remark, not a condition: the branch stands on the commit that was tested.
std::string target_note(vcs::Repository& repository, const tasks::TreePayload& payload, const std::string& patch) {
  if (!repository.fetch()) return "";
  const auto now = repository.resolve(payload.target_branch);
  if (!now) return fmt::format("the branch {} is gone", payload.target_branch);
  if (now->first == payload.base_commit) return "";
  const auto applies = repository.applies(now->first, patch);
  if (!applies) return "";
  return fmt::format("{} has moved from {} to {}; the change {}", payload.target_branch, payload.base_commit.substr(0, 12),
                     now->first.substr(0, 12), *applies ? "applies there, too" : "does not apply there: expect conflicts");
}

// What people let pass although a gate did not hold.
std::string accepted_note(const tasks::TestOutput& tested) {
  std::vector<std::string> all;
  for (const auto& one : tested.accepted) all.push_back(fmt::format("{} accepted by {}: {}", one.gate, one.by, one.text));
  return text::join(all, "; ");
}

std::string joined(std::string one, const std::string& other) {
  return one.empty() || other.empty() ? std::move(one) + other : fmt::format("{}; {}", one, other);
}

// Also in files that git takes for binary: UTF-16, or what the repository's attributes call so. Errors: secret_in_diff (D), those of vcs.
Result<void> refuse_secrets(vcs::WorkTree& tree) {
  auto text = tree.diff_as_text();
  if (!text && text.error().code == "patch_too_large") text = tree.readable_diff();  // as text a large picture is larger still
  if (!text) return std::unexpected(std::move(text.error()));
  std::erase(*text, '\0');  // of UTF-16 what is ASCII in it is left
  return tasks::refuse_secrets(tasks::secrets_in_diff(*text));
}

// The base commit with everything on it that the step's inputs changed, checked and kept as one patch: what may be committed.
struct Assembled {
  std::unique_ptr<vcs::Repository> repository;
  std::unique_ptr<vcs::WorkTree> tree;
  std::vector<std::string> patches;  // digests, in order
  std::vector<vcs::FileChange> changes;
  std::string whole, sha256;  // the patch, and its artifact
};

// Errors: those of vcs, the artifacts and the constraints; protected_file (B), which a person may be asked about; secret_in_diff (D).
Result<Assembled> assemble(const vcs::VcsOptions& options, const std::string& base_commit, const runtime::Step& step,
                           runtime::StepContext& context) {
  Assembled made;
  ARGOSY_TRY(made.repository, vcs::Repository::open(options, step.task.url));
  ARGOSY_TRY(made.tree, made.repository->checkout(base_commit, vcs::Files::index_only));
  ARGOSY_TRY(auto handed, apply_patches(*made.tree, step, context));
  made.patches = std::move(handed.patches);
  ARGOSY_TRY(made.changes, made.tree->changes());
  ARGOSY_TRY_VOID(check(made.changes, step, context));
  if (is_by_a_model(step)) ARGOSY_TRY_VOID(runtime::check_protected(step, touched_by(made.changes), handed.granted));
  ARGOSY_TRY_VOID(refuse_secrets(*made.tree));
  ARGOSY_TRY(made.whole, made.tree->diff());
  ARGOSY_TRY(made.sha256,
             context.artifacts().put({.step = step.ref, .attempt = step.attempt, .kind = artifacts::Kind::patch, .name = "change.patch"},
                                     made.whole));
  return made;
}

Result<vcs::PushOutcome> traced_push(vcs::Repository& repository, vcs::WorkTree& tree, const std::string& base_commit,
                                     const std::string& branch, const vcs::CommitRequest& request, const std::string& trailer) {
  telemetry::OpenSpan span("git push", telemetry::SpanKind::client);
  span.set("vcs.ref.head.name", branch);
  auto pushed = repository.commit_and_push(tree, base_commit, branch, request, trailer);
  if (pushed) {
    span.set("vcs.ref.head.revision", pushed->commit);
  } else {
    span.set("error.type", pushed.error().code);
    span.fail(to_string(pushed.error()));
  }
  return pushed;
}

// One commit, under that name. Again held to the constraints: a push cannot be taken back, and what came before it took its time.
Result<tasks::PushOutput> push(Assembled& made, const std::string& base_commit, const std::string& branch, std::string message,
                               const Identity& identity, const runtime::Step& step, runtime::StepContext& context) {
  if (context.cancelled()) return fail_transient("cancelled", "the step was cancelled before its push");
  ARGOSY_TRY_VOID(check(made.changes, step, context));
  const vcs::CommitRequest request{
      .message = std::move(message), .author_name = identity.name, .author_email = identity.email, .time_ms = step.task.commit_time_ms};
  ARGOSY_TRY(auto pushed, traced_push(*made.repository, *made.tree, base_commit, branch, request, task_trailer(step.ref.task)));
  auto stat = vcs::diff_stat(made.changes);
  const auto thought =
      fmt::format("{} branch {} at {}: {}", pushed.already_there ? "Found our own" : "Pushed", branch, pushed.commit.substr(0, 12), stat);
  context.emit(tasks::agent_thought("git", thought, context.clock().unix_ms()));
  context.log(thought + "\n");
  return tasks::PushOutput{.branch = branch,
                           .commit = std::move(pushed.commit),
                           .base_commit = base_commit,
                           .diff_stat = std::move(stat),
                           .note = {},
                           .patch = made.sha256,
                           .files = listed(made.changes)};
}

// What an agent had done before it gave up, tested or not: for people to look at, beside the branch that a finished change would have.
Result<runtime::StepResult> run_keep(const vcs::VcsOptions& options, const Identity& identity, const runtime::Step& step,
                                     runtime::StepContext& context) {
  ARGOSY_TRY(const auto payload, tasks::keep_payload_from(step.payload));
  auto assembled = assemble(options, payload.base_commit, step, context);
  if (!assembled && (assembled.error().category == Category::needs_user || assembled.error().category == Category::code_logic)) {
    // What may not be kept is no reason for the task to end otherwise than by its agent's.
    context.log(fmt::format("nothing is kept: {}\n", to_string(assembled.error())));
    context.emit(tasks::agent_thought("git", "Nothing is kept: " + assembled.error().message, context.clock().unix_ms()));
    return runtime::StepResult{.output = tasks::to_json_text(tasks::ChangeOutput{}), .added = {}};
  }
  if (!assembled) return std::unexpected(std::move(assembled.error()));
  auto& made = *assembled;
  auto message = commit_message(step.task.change, {.task = step.ref.task,
                                                   .base_commit = payload.base_commit,
                                                   .patches = made.patches,
                                                   .title = unfinished_title(step.task.prompt),
                                                   .body = payload.reason});
  ARGOSY_TRY(const auto output, push(made, payload.base_commit, payload.branch, std::move(message), identity, step, context));
  return runtime::StepResult{.output = tasks::to_json_text(output), .added = {}};
}

Result<runtime::StepResult> run_push(const vcs::VcsOptions& options, const Identity& identity, const runtime::Step& step,
                                     runtime::StepContext& context) {
  ARGOSY_TRY(const auto payload, tasks::tree_payload_from(step.payload));
  ARGOSY_TRY(const auto tested, read_test(step));
  auto made = assemble(options, payload.base_commit, step, context);
  if (!made && made.error().code == "protected_file") return runtime::ask_for_protected(step, made.error());
  if (!made) return std::unexpected(std::move(made.error()));
  auto note =
      joined(accepted_note(tested), target_note(*made->repository, payload, made->whole));  // before the push: only the finish follows
  auto message = commit_message(step.task.change, {.task = step.ref.task,
                                                   .base_commit = payload.base_commit,
                                                   .patches = made->patches,
                                                   .accepted = tested.accepted,
                                                   .title = payload.title});
  ARGOSY_TRY(auto output, push(*made, payload.base_commit, step.task.branch, std::move(message), identity, step, context));
  if (!note.empty()) {
    context.emit(tasks::agent_thought("git", "Note: " + note, context.clock().unix_ms()));
    context.log(note + "\n");
  }
  output.note = std::move(note);
  return runtime::StepResult{.output = tasks::to_json_text(output), .added = {}};
}

}  // namespace

Result<runtime::StepResult> GitHandler::run(const runtime::Step& step, runtime::StepContext& context) {
  auto options = options_;
  options.cancelled = [&context] { return context.cancelled(); };
  return step.kind == "keep" ? run_keep(options, identity_, step, context) : run_push(options, identity_, step, context);
}

}  // namespace argosy::git
