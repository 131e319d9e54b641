// Does a task's operations on paper: each on the commit as those before it left it. What fails here fails before anything was queued, and
// which files the change touches is known (but for diffs on top of other operations, which only a real tree can take). One thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/code/source_tree.h"
#include "common/tasks/change.h"
#include "common/tasks/constraints.h"
#include "common/vcs/repository.h"
#include "workers/planning/commit_source.h"

namespace argosy::planning {

class Rehearsal final : public code::SourceTree {
 public:
  // Both must outlive it.
  Rehearsal(vcs::Repository& repository, std::string commit, const CommitSource& base)
      : repository_(&repository), commit_(std::move(commit)), base_(&base) {}

  // Errors (B) as code::apply's and WorkTree::apply's, and path_conflict.
  Result<void> apply(const tasks::Operation& operation);

  // What differs from the commit, as far as it is known.
  Result<std::vector<tasks::TouchedFile>> touched() const;
  // False once an operation could not be rehearsed: then codegen's own check is the first.
  bool complete() const { return unknown_.empty(); }

  Result<std::vector<std::string>> list() const override;
  Result<std::optional<std::string>> read(const std::string& path) const override;

 private:
  Result<void> apply_diff(const tasks::ApplyDiff& operation);
  Result<void> take(code::Edit edit);
  Result<void> check_way(const std::string& path) const;
  bool meets_unknown(const std::vector<std::string>& paths) const;

  vcs::Repository* repository_;
  std::string commit_;
  const CommitSource* base_;
  std::map<std::string, std::optional<std::string>> changed_;
  std::map<std::string, std::string> renamed_from_;
  std::set<std::string> unknown_;  // paths whose content is not known any more
  std::vector<tasks::TouchedFile> by_diff_;
};

}  // namespace argosy::planning
