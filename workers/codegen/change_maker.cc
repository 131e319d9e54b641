#include "workers/codegen/change_maker.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "common/code/disk/tree_writer.h"
#include "common/code/operations.h"
#include "common/core/text.h"
#include "common/runtime/constraints.h"
#include "common/runtime/protected_files.h"
#include "workers/codegen/disk_source.h"
#include "workers/codegen/links.h"

namespace argosy::codegen {
namespace {

namespace fs = std::filesystem;

// Files that are told of one by one, as events and in the output; the patch has all, the summary counts all.
constexpr std::size_t kMaxListed = 1000;

Error about(Error error, std::size_t index, const tasks::Operation& operation) {
  error.message = fmt::format("operation {} ({}): {}", index + 1, tasks::summary(operation), error.message);
  return error;
}

Result<void> do_operation(vcs::WorkTree& tree, const tasks::Operation& operation) {
  if (const auto* diff = std::get_if<tasks::ApplyDiff>(&operation)) return tree.apply(diff->diff);
  ARGOSY_TRY(const auto source, DiskSource::open(tree));
  ARGOSY_TRY(const auto edit, code::apply(source, operation));
  return code::write_edit(tree.path(), edit);
}

std::vector<tasks::TouchedFile> touched_by(const std::vector<vcs::FileChange>& changes) {
  std::vector<tasks::TouchedFile> touched;
  for (const auto& change : changes) touched.push_back({change.path, change.old_path});
  return touched;
}

// The link's words may stay inside while a link on its way, one that was there before, leads out.
bool resolves_inside(const fs::path& root, const std::string& path) {
  std::error_code error;
  const auto top = fs::canonical(root, error);
  const auto end = fs::weakly_canonical(root / path, error);
  return !error && std::mismatch(top.begin(), top.end(), end.begin(), end.end()).first == top.end();
}

// Links that lead out of the repository would make the tests, and whoever checks the branch out, read and write elsewhere.
Result<void> check_kinds(const vcs::WorkTree& tree, const std::vector<vcs::FileChange>& changes) {
  for (const auto& change : changes) {
    if (change.status == "deleted") continue;
    if (change.mode == "160000")
      return fail_user("submodule_refused", fmt::format("the change moves the submodule {}", text::to_utf8(change.path)),
                       "submodules are not checked out, so their change could not be tested");
    if (change.mode != "120000") continue;
    std::error_code error;
    const auto target = fs::read_symlink(tree.path() / change.path, error);
    if (error || !link_stays_inside(change.path, target.string()) || !resolves_inside(tree.path(), change.path))
      return fail_user("symlink_outside", fmt::format("the link {} would point outside the repository", text::to_utf8(change.path)),
                       "use a relative target inside the repository");
  }
  return {};
}

}  // namespace

Result<void> apply_predecessors(vcs::WorkTree& tree, const runtime::Step& step, runtime::StepContext& context) {
  for (const auto& [ordinal, output] : step.inputs) {
    ARGOSY_TRY(const auto change, tasks::change_output_from(output));
    if (change.patch.empty()) continue;
    ARGOSY_TRY(const auto patch, context.artifacts().get(step.ref.task, change.patch));
    ARGOSY_TRY_VOID(tree.apply(patch));
    context.log(fmt::format("applied the patch of step {}: {} files\n", ordinal, change.files.size()));
  }
  if (step.inputs.empty()) return {};  // the commit itself is the base
  return tree.set_base();
}

Result<ChangeMaker> ChangeMaker::open(vcs::VcsOptions options, const std::string& base_commit, const runtime::Step& step,
                                      runtime::StepContext& context) {
  options.cancelled = [&context] { return context.cancelled(); };
  ARGOSY_TRY(auto repository, vcs::Repository::open(options, step.task.url));
  ARGOSY_TRY(auto tree, repository->checkout(base_commit));
  ARGOSY_TRY_VOID(apply_predecessors(*tree, step, context));
  return ChangeMaker(std::move(repository), std::move(tree), step, context);
}

Result<void> ChangeMaker::apply(const tasks::Operation& operation, std::size_t index) {
  if (context_.cancelled()) return fail_transient("cancelled", "the step was cancelled");
  context_.log(tasks::summary(operation) + "\n");
  if (auto done = do_operation(*tree_, operation); !done) return std::unexpected(about(std::move(done.error()), index, operation));
  return {};
}

Result<void> ChangeMaker::check_constraints(const std::vector<vcs::FileChange>& changes) {
  return runtime::check_touched(step_, context_, touched_by(changes));
}

Result<tasks::ChangeOutput> ChangeMaker::hand_on(const std::string& title, Author author,
                                                 const std::vector<std::vector<std::string>>& granted) {
  ARGOSY_TRY(const auto changes, tree_->changes());
  if (changes.empty()) return fail_user("no_change", "the operations leave the repository as it is", "it may have been changed already");
  ARGOSY_TRY_VOID(check_kinds(*tree_, changes));
  if (author == Author::model || step_.kind == "agent") ARGOSY_TRY_VOID(runtime::check_protected(step_, touched_by(changes), granted));
  if (step_.inputs.empty()) {
    ARGOSY_TRY_VOID(check_constraints(changes));
  } else {
    ARGOSY_TRY(const auto all, tree_->changes_from_commit());
    ARGOSY_TRY_VOID(check_constraints(all));
  }

  ARGOSY_TRY(const auto patch, tree_->diff());
  ARGOSY_TRY(auto sha, context_.artifacts().put({.step = step_.ref,
                                                 .attempt = step_.attempt,
                                                 .kind = artifacts::Kind::patch,
                                                 .name = fmt::format("step-{}.patch", step_.ref.ordinal)},
                                                patch));
  const auto stat = vcs::diff_stat(changes);
  tasks::ChangeOutput output{.patch = std::move(sha), .files = {}, .granted = granted};
  for (const auto& change : changes) {
    if (output.files.size() == kMaxListed) break;
    const auto path = text::to_utf8(change.path);
    context_.emit(tasks::file_modified(path, change.added, change.removed));
    output.files.push_back({.path = path, .status = change.status, .added = change.added, .removed = change.removed});
  }
  context_.emit(tasks::agent_thought("codegen", fmt::format("{}: {}", title, stat), context_.clock().unix_ms()));
  context_.log(stat + "\n");
  return output;
}

}  // namespace argosy::codegen
