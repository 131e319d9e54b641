// The one implementation of WorkTree: a git directory of its own beside the files, with its own index and its own objects, that borrows
// the mirror's objects. Nothing is registered in the mirror, so nothing is left in it when we are killed; folders of dead processes are
// swept by the next that makes one. Internal to this room. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/vcs/file_lock.h"
#include "common/vcs/git.h"

namespace argosy::vcs {

class GitTree final : public WorkTree {
 public:
  // Errors: git_failed (A) when the mirror lacks objects.
  static Result<std::unique_ptr<GitTree>> make(std::shared_ptr<const Git> git, const std::filesystem::path& mirror,
                                               const std::string& commit, Files files);

  const std::filesystem::path& path() const override { return tree_; }
  Result<std::vector<FileEntry>> files() const override;
  Result<void> apply(const std::string& patch) override;
  Result<void> set_base() override;
  Result<std::string> diff() override;
  Result<std::string> readable_diff() override;
  Result<std::string> diff_as_text() override;
  Result<std::vector<FileChange>> changes() override;
  Result<std::vector<FileChange>> changes_from_commit() override;

  // The id of the tree object that holds the present state.
  Result<std::string> write_tree() const;
  // Whether apply() would work; changes nothing.
  Result<bool> would_apply(const std::string& patch) const;
  GitCall call(std::vector<std::string> args) const;
  const Git& git() const { return *git_; }
  const std::string& commit_tree() const { return commit_tree_; }

 private:
  GitTree(std::shared_ptr<const Git> git, TempDir dir, FileLock owner, Files files);
  Result<void> stage() const;
  Result<std::string> diff_as(std::vector<std::string> how);
  Result<std::vector<FileChange>> changes_from(const std::string& tree) const;

  std::shared_ptr<const Git> git_;
  TempDir dir_;
  FileLock owner_;  // says that somebody alive uses the folder
  std::filesystem::path git_dir_, tree_;
  Files files_;
  std::string commit_tree_, base_;  // tree ids
};

// Removes the folders whose processes are gone.
void sweep_trees(const std::filesystem::path& trees);

// Reads `git diff-tree -z --raw --numstat`.
std::vector<FileChange> parse_changes(std::string_view output);
// Reads `git ls-files -s -z` or `git ls-tree -r -l -z`.
std::vector<FileEntry> parse_entries(std::string_view output);

}  // namespace argosy::vcs
