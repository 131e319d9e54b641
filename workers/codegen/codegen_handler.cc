#include "workers/codegen/codegen_handler.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "common/code/operations.h"
#include "common/core/text.h"
#include "common/runtime/constraints.h"
#include "workers/codegen/disk_source.h"
#include "workers/codegen/tree_writer.h"

namespace argosy::codegen {
namespace {

namespace fs = std::filesystem;

// Files that are told of one by one, as events and in the output; the patch has all, the summary counts all.
constexpr std::size_t kMaxListed = 1000;

Error about(Error error, std::size_t index, const tasks::Operation& operation) {
  error.message = fmt::format("operation {} ({}): {}", index + 1, tasks::summary(operation), error.message);
  return error;
}

// What the steps before this one did, in their order.
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

Result<void> do_operation(vcs::WorkTree& tree, const tasks::Operation& operation) {
  if (const auto* diff = std::get_if<tasks::ApplyDiff>(&operation)) return tree.apply(diff->diff);
  ARGOSY_TRY(const auto source, DiskSource::open(tree));
  ARGOSY_TRY(const auto edit, code::apply(source, operation));
  return write_edit(tree.path(), edit);
}

Result<void> do_operations(vcs::WorkTree& tree, const std::vector<std::int64_t>& indices, const runtime::Step& step,
                           runtime::StepContext& context) {
  for (const auto index : indices) {
    if (context.cancelled()) return fail_transient("cancelled", "the step was cancelled");
    if (index < 0 || static_cast<std::size_t>(index) >= step.task.change.size())
      return fail_user("payload_invalid", fmt::format("the task has no operation {}", index));
    const auto& operation = step.task.change[static_cast<std::size_t>(index)];
    context.log(tasks::summary(operation) + "\n");
    if (auto done = do_operation(tree, operation); !done)
      return std::unexpected(about(std::move(done.error()), static_cast<std::size_t>(index), operation));
  }
  return {};
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

Result<void> check_constraints(const std::vector<vcs::FileChange>& all, const runtime::Step& step, runtime::StepContext& context) {
  std::vector<tasks::TouchedFile> touched;
  for (const auto& change : all) touched.push_back({change.path, change.old_path});
  return runtime::check_touched(step, context, touched);
}

}  // namespace

Result<runtime::StepResult> CodegenHandler::run(const runtime::Step& step, runtime::StepContext& context) {
  ARGOSY_TRY(const auto payload, tasks::change_payload_from(step.payload));
  auto options = options_;
  options.cancelled = [&context] { return context.cancelled(); };
  ARGOSY_TRY(const auto repository, vcs::Repository::open(options, step.task.url));
  ARGOSY_TRY(const auto tree, repository->checkout(payload.base_commit));
  ARGOSY_TRY_VOID(apply_predecessors(*tree, step, context));
  ARGOSY_TRY_VOID(do_operations(*tree, payload.operations, step, context));

  ARGOSY_TRY(const auto changes, tree->changes());
  if (changes.empty()) return fail_user("no_change", "the operations leave the repository as it is", "it may have been changed already");
  ARGOSY_TRY_VOID(check_kinds(*tree, changes));
  if (step.inputs.empty()) {
    ARGOSY_TRY_VOID(check_constraints(changes, step, context));
  } else {
    ARGOSY_TRY(const auto all, tree->changes_from_commit());
    ARGOSY_TRY_VOID(check_constraints(all, step, context));
  }

  ARGOSY_TRY(const auto patch, tree->diff());
  ARGOSY_TRY(auto sha, context.artifacts().put({.step = step.ref,
                                                .attempt = step.attempt,
                                                .kind = artifacts::Kind::patch,
                                                .name = fmt::format("step-{}.patch", step.ref.ordinal)},
                                               patch));
  const auto stat = vcs::diff_stat(changes);
  tasks::ChangeOutput output{.patch = std::move(sha), .files = {}};
  for (const auto& change : changes) {
    if (output.files.size() == kMaxListed) break;
    const auto path = text::to_utf8(change.path);
    context.emit(tasks::file_modified(path, change.added, change.removed));
    output.files.push_back({.path = path, .status = change.status, .added = change.added, .removed = change.removed});
  }
  context.emit(tasks::agent_thought("codegen", fmt::format("{}: {}", step.title, stat), context.clock().unix_ms()));
  context.log(stat + "\n");
  return runtime::StepResult{.output = tasks::to_json_text(output), .added = {}};
}

}  // namespace argosy::codegen
