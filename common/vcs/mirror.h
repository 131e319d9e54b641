// The bare copy of one remote repository below <work_dir>/mirrors/<sha256 of the URL>/. It may be deleted or damaged at any time: what is
// missing is fetched again. Only fetches write to it, one at a time (FileLock); readers need no lock. Internal to this room. Thread-safe.
//
//   lock       flock, held by whoever fetches and by its git children
//   fetches    "started done": lets waiters share the fetch of somebody who began after they asked
//   repo.git   the mirror: branches under refs/heads, HEAD as at the remote
//   new.git    a clone that is not complete yet; renamed when it is
//   old.git    a damaged mirror on its way out
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "common/core/error.h"
#include "common/vcs/file_lock.h"
#include "common/vcs/git.h"

namespace argosy::vcs {

class Mirror {
 public:
  Mirror(std::shared_ptr<const Git> git, const std::filesystem::path& work_dir);

  const std::filesystem::path& git_dir() const { return repo_; }
  // Which mirror lies there now: another number after it was cloned again.
  std::uint64_t generation() const;

  // Clones unless a mirror with our configuration is there.
  Result<void> ensure();
  // Makes branches and HEAD equal to the remote's.
  Result<void> update();
  // Also fetches one commit by its id, for bases that no branch reaches any more. The remote may refuse.
  Result<void> fetch_commit(const std::string& commit);
  // Clones again, unless somebody did since `damaged` (a generation) was looked at.
  Result<void> rebuild(std::uint64_t damaged);

 private:
  Result<FileLock> lock() const;
  Result<void> clone(const FileLock& lock);
  Result<void> fetch_into(const std::filesystem::path& dir, const FileLock& lock);
  Result<void> update_locked(const FileLock& lock);
  void remove_leftovers() const;

  std::shared_ptr<const Git> git_;
  std::filesystem::path home_, repo_;
};

}  // namespace argosy::vcs
