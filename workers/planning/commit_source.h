// The files of one commit as code::apply wants to see them, read from the mirror without a checkout. One thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/code/source_tree.h"
#include "common/vcs/repository.h"

namespace argosy::planning {

class CommitSource final : public code::SourceTree {
 public:
  // `repository` must outlive it.
  static Result<CommitSource> open(vcs::Repository& repository, const std::string& commit);

  Result<std::vector<std::string>> list() const override;
  // Reads ahead: who asks for one file of a language soon asks for the next.
  Result<std::optional<std::string>> read(const std::string& path) const override;

  // Whether something that is no regular file (a symbolic link, a submodule) has this path.
  bool is_special(const std::string& path) const { return special_.contains(path); }

 private:
  explicit CommitSource(vcs::Repository& repository) : repository_(&repository) {}
  Result<void> read_ahead(std::map<std::string, vcs::FileEntry>::const_iterator first) const;

  vcs::Repository* repository_;
  std::map<std::string, vcs::FileEntry> files_;  // regular files
  std::map<std::string, std::string> special_;   // path -> mode
  mutable std::map<std::string, std::string> cache_;
  mutable std::size_t cached_bytes_ = 0;
};

}  // namespace argosy::planning
