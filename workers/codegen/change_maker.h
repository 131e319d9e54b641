// What changes and fixes share: operations are done on a work tree of the base commit plus what earlier steps handed on, the outcome is
// held to all that a change must keep, and the difference is handed on as a binary patch. One step, one thread; blocking.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/runtime/handler.h"
#include "common/tasks/change.h"
#include "common/vcs/repository.h"

namespace argosy::codegen {

// Whose change it is: what a person asked for may touch what a model's may not (common/tasks/guards).
enum class Author : std::uint8_t { person, model };

// What the steps before this one did, in their order, on the tree of the base commit; it is the base of diffs then. Errors: those of vcs
// and the artifacts.
Result<void> apply_predecessors(vcs::WorkTree& tree, const runtime::Step& step, runtime::StepContext& context);

class ChangeMaker {
 public:
  // The tree as the steps before this one left it. Errors: those of vcs and the artifacts.
  static Result<ChangeMaker> open(vcs::VcsOptions options, const std::string& base_commit, const runtime::Step& step,
                                  runtime::StepContext& context);

  vcs::WorkTree& tree() { return *tree_; }
  // `index` is its place in what the user wrote, from 0. Errors: those of common/code and vcs, about that operation; cancelled (A).
  Result<void> apply(const tasks::Operation& operation, std::size_t index);
  // Checks the outcome, and keeps the patch. `title`: for people; `granted`: protected files that people let it change, a list a question.
  // Errors (B): no_change, submodule_refused, symlink_outside, those of the constraints and, of a model's change, protected_file.
  Result<tasks::ChangeOutput> hand_on(const std::string& title, Author author = Author::person,
                                      const std::vector<std::vector<std::string>>& granted = {});

 private:
  ChangeMaker(std::unique_ptr<vcs::Repository> repository, std::unique_ptr<vcs::WorkTree> tree, const runtime::Step& step,
              runtime::StepContext& context)
      : repository_(std::move(repository)), tree_(std::move(tree)), step_(step), context_(context) {}

  Result<void> check_constraints(const std::vector<vcs::FileChange>& changes);

  std::unique_ptr<vcs::Repository> repository_;
  std::unique_ptr<vcs::WorkTree> tree_;
  const runtime::Step& step_;
  runtime::StepContext& context_;
};

}  // namespace argosy::codegen
