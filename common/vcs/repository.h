// Git, by running git with a locked-down configuration (no hooks, no user config, no prompts, protocols allow-listed). A cache of bare
// mirrors per URL, and work trees made from it. Used by planning and codegen (read), testing (read) and git (write). Thread-safe: calls on
// one mirror are serialised by a file lock. Blocking.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/core/error.h"
#include "common/core/file.h"

namespace argosy::vcs {

// https, ssh and, when allowed, file. Errors (B): url_scheme_refused, url_credentials_refused, url_malformed.
Result<void> check_url(const std::string& url, bool allow_file);

struct Credential {
  std::string url_prefix, user, secret;
};
// From lines "https://host/path user:token"; empty lines and lines from '#' are passed over. The secrets are registered with the redactor.
// They reach git through a credential helper on an inherited descriptor, never argv or environment. Errors (B): credentials_malformed.
Result<std::vector<Credential>> parse_credentials(const std::string& text);

struct VcsOptions {
  std::filesystem::path work_dir;
  std::vector<Credential> credentials{};
  bool allow_file = false;
  std::chrono::milliseconds timeout{600'000};  // of each run of git
  std::function<bool()> cancelled{};
};

// Start-up probe: git is there and new enough, the work folder can be written. Else one sentence that says what to do.
std::optional<std::string> problem(const VcsOptions& options);

struct FileEntry {
  std::string path;
  std::string mode;       // "100644", "100755", "120000", "160000"
  std::string id;         // of the blob, for read_blobs
  std::int64_t size = 0;  // in bytes where git tells it cheaply (a commit's files), else 0
};
struct FileChange {
  std::string path, status;  // added, modified, deleted, renamed
  std::int64_t added = 0, removed = 0;
  std::string old_path{};  // of a renamed file
  std::string mode{};      // afterwards; of a deleted file before
};

// A commit as its history tells it. The subject is whoever's words.
struct PastCommit {
  std::string commit, subject;
  std::int64_t time_ms = 0;  // of its author
  friend bool operator==(const PastCommit&, const PastCommit&) = default;
};
struct LineOrigin {
  std::int64_t line = 0;  // from 1
  PastCommit from;        // the commit that wrote it
};
inline constexpr std::int64_t kMaxBlamedLines = 400, kMaxPastCommits = 100;
// The commit that one is compared with, to see what came since.
struct Earlier {
  std::string commit;
  std::string tag{};  // empty: none is near, and it is so many commits back
  std::int64_t commits = 0;
};
inline constexpr std::int64_t kMaxCommitsToATag = 1'000, kCommitsWithoutATag = 50;

// "2 files changed, 3 insertions(+), 1 deletion(-)", as git words it.
std::string diff_stat(const std::vector<FileChange>& changes);

// Whether a work tree has its files on the disk or only in git's index, which is all that applying, diffing and committing need.
enum class Files { on_disk, index_only };

// A tree of one commit plus patches, in a folder of its own that vanishes with the object. Bytes are exactly the repository's: no
// attribute of it converts line endings or runs a filter. One thread.
class WorkTree {
 public:
  virtual ~WorkTree() = default;
  virtual const std::filesystem::path& path() const = 0;     // the files; an empty folder when index_only
  virtual Result<std::vector<FileEntry>> files() const = 0;  // sorted, untracked files included
  // Applies a patch made by diff() or written by a user, all of it or nothing. Errors: patch_does_not_apply (B, details: files).
  virtual Result<void> apply(const std::string& patch) = 0;
  // Marks the present state (base plus predecessors' patches) as what diff() is made against.
  virtual Result<void> set_base() = 0;
  // Everything that differs from the base, untracked files included, as a binary patch; empty when nothing differs. Errors: patch_too_large
  // (B).
  virtual Result<std::string> diff() = 0;
  // The same for readers, not for apply(): renames are followed, binary files only named.
  virtual Result<std::string> readable_diff() = 0;
  // The same, and lines of files that git takes for binary too: for who looks for something in all that is added.
  virtual Result<std::string> diff_as_text() = 0;
  virtual Result<std::vector<FileChange>> changes() = 0;
  // The same list against the commit that was checked out, whatever set_base() was told.
  virtual Result<std::vector<FileChange>> changes_from_commit() = 0;
};

struct CommitRequest {
  std::string message, author_name, author_email;
  std::int64_t time_ms = 0;  // author and committer date: the same input gives the same commit id
};
struct PushOutcome {
  std::string commit;
  bool already_there = false;  // our own branch, found by its trailer
};

class Repository {
 public:
  // Opens or creates the mirror of `url`. Errors as check_url, and fetch_failed (A), repository_not_found / authentication_failed (B).
  static Result<std::unique_ptr<Repository>> open(const VcsOptions& options, const std::string& url);
  virtual ~Repository() = default;

  // Brings the mirror up to date. Errors as open.
  virtual Result<void> fetch() = 0;
  // The commit of a branch, or of the remote's HEAD when `branch` is empty; second: the branch's name. Errors (B): branch_not_found,
  // repository_empty.
  virtual Result<std::pair<std::string, std::string>> resolve(const std::string& branch) = 0;
  virtual Result<std::vector<FileEntry>> files(const std::string& commit) = 0;
  // The bytes of a file at a commit; nothing when it is not there.
  virtual Result<std::optional<std::string>> read(const std::string& commit, const std::string& path) = 0;
  // The bytes of several files by FileEntry::id, in that order, in one run of git. Errors: blobs_too_large (B).
  virtual Result<std::vector<std::string>> read_blobs(const std::vector<std::string>& ids) = 0;
  // Fetches when the mirror lacks the commit. Errors: commit_not_found (B).
  virtual Result<std::unique_ptr<WorkTree>> checkout(const std::string& commit, Files files = Files::on_disk) = 0;
  // Who wrote these lines of a file, as the history of `commit` has it; none for lines and files that are not there. At most
  // kMaxBlamedLines.
  virtual Result<std::vector<LineOrigin>> blame(const std::string& commit, const std::string& path, std::int64_t first,
                                                std::int64_t last) = 0;
  // The newest commits in the history of `commit` that touched the file, newest first; at most `most`, and kMaxPastCommits.
  virtual Result<std::vector<PastCommit>> past(const std::string& commit, const std::string& path, std::int64_t most) = 0;
  // The last release before `commit`: of its history the newest other commit that has a tag at the remote, among kMaxCommitsToATag; else,
  // or where the remote does not tell, the one kCommitsWithoutATag back from parent to parent, or the first there is. Nothing: it has no
  // past.
  virtual Result<std::optional<Earlier>> last_release(const std::string& commit) = 0;
  // What differs between two commits, line counts included.
  virtual Result<std::vector<FileChange>> changes_between(const std::string& from, const std::string& to) = 0;
  // Whether `patch` would apply on top of `commit`.
  virtual Result<bool> applies(const std::string& commit, const std::string& patch) = 0;

  // Commits the tree's changes on top of its base and pushes the branch, expecting it to be absent or our own (its tip carries `trailer`,
  // e.g. "Argosy-Task: <id>", and the same tree on the same base). Never forces. Errors: nothing_to_commit, branch_name_invalid,
  // push_rejected, branch_taken (B), push_failed (A), and those of open.
  virtual Result<PushOutcome> commit_and_push(WorkTree& tree, const std::string& base_commit, const std::string& branch,
                                              const CommitRequest& commit, const std::string& trailer) = 0;
};

}  // namespace argosy::vcs
