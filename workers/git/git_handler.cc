#include "workers/git/git_handler.h"

#include <fmt/format.h>

#include <utility>

#include "common/core/text.h"
#include "common/runtime/constraints.h"
#include "common/runtime/protected_files.h"
#include "common/tasks/guards/secret_scan.h"
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

// What changes, fixes and formatters made, onto the tree; the digests, in order.
Result<std::vector<std::string>> apply_patches(vcs::WorkTree& tree, const runtime::Step& step, runtime::StepContext& context) {
  std::vector<std::string> patches;
  for (const auto& [ordinal, output] : step.inputs) {
    ARGOSY_TRY(const auto change, tasks::change_output_from(output));
    if (!change.patch.empty()) patches.push_back(change.patch);
  }
  for (const auto& sha : patches) {
    ARGOSY_TRY(const auto patch, context.artifacts().get(step.ref.task, sha));
    ARGOSY_TRY_VOID(tree.apply(patch));
  }
  return patches;
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

}  // namespace

Result<runtime::StepResult> GitHandler::run(const runtime::Step& step, runtime::StepContext& context) {
  ARGOSY_TRY(const auto payload, tasks::tree_payload_from(step.payload));
  ARGOSY_TRY(const auto tested, read_test(step));
  auto options = options_;
  options.cancelled = [&context] { return context.cancelled(); };
  ARGOSY_TRY(const auto repository, vcs::Repository::open(options, step.task.url));
  ARGOSY_TRY(const auto tree, repository->checkout(payload.base_commit, vcs::Files::index_only));
  ARGOSY_TRY(const auto patches, apply_patches(*tree, step, context));
  ARGOSY_TRY(const auto changes, tree->changes());
  ARGOSY_TRY_VOID(check(changes, step, context));
  if (is_by_a_model(step)) {
    if (const auto free = runtime::check_protected(step, touched_by(changes)); !free) return runtime::ask_for_protected(step, free.error());
  }
  ARGOSY_TRY(const auto readable, tree->readable_diff());
  ARGOSY_TRY_VOID(tasks::refuse_secrets(tasks::secrets_in_diff(readable)));
  ARGOSY_TRY(const auto whole, tree->diff());
  ARGOSY_TRY(auto sha, context.artifacts().put(
                           {.step = step.ref, .attempt = step.attempt, .kind = artifacts::Kind::patch, .name = "change.patch"}, whole));
  auto stat = vcs::diff_stat(changes);

  // Before the push, so that nothing but the finish follows it.
  auto note = joined(accepted_note(tested), target_note(*repository, payload, whole));
  if (context.cancelled()) return fail_transient("cancelled", "the step was cancelled before its push");
  ARGOSY_TRY_VOID(check(changes, step, context));  // again: looking at the remote took its time, and a push cannot be taken back
  const vcs::CommitRequest request{
      .message = commit_message(
          step.task.change, {.task = step.ref.task, .base_commit = payload.base_commit, .patches = patches, .accepted = tested.accepted}),
      .author_name = identity_.name,
      .author_email = identity_.email,
      .time_ms = step.task.commit_time_ms};
  ARGOSY_TRY(auto pushed, repository->commit_and_push(*tree, payload.base_commit, step.task.branch, request, task_trailer(step.ref.task)));

  const auto thought = fmt::format("{} branch {} at {}: {}{}{}", pushed.already_there ? "Found our own" : "Pushed", step.task.branch,
                                   pushed.commit.substr(0, 12), stat, note.empty() ? "" : ". Note: ", note);
  context.emit(tasks::agent_thought("git", thought, context.clock().unix_ms()));
  context.log(thought + "\n");
  return runtime::StepResult{.output = tasks::to_json_text(tasks::PushOutput{.branch = step.task.branch,
                                                                             .commit = std::move(pushed.commit),
                                                                             .base_commit = payload.base_commit,
                                                                             .diff_stat = std::move(stat),
                                                                             .note = std::move(note),
                                                                             .patch = std::move(sha),
                                                                             .files = listed(changes)}),
                             .added = {}};
}

}  // namespace argosy::git
