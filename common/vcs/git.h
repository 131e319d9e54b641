// Runs the git program for one remote URL, in an environment that nobody else has a say in: no system or user configuration, no hooks,
// no file-system monitor, no prompts, only allow-listed protocols. Internal to this room. Thread-safe after construction.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/core/subprocess.h"
#include "common/vcs/repository.h"

namespace argosy::vcs {

// More than a patch may have as an artifact; what is longer is refused, not cut.
inline constexpr std::size_t kMaxGitOutput = 80u << 20;

struct GitCall {
  std::vector<std::string> args;  // after "git"
  std::filesystem::path git_dir;
  std::filesystem::path work_tree{};
  std::map<std::string, std::string> env{};  // beside the fixed ones
  std::string input{};
  bool remote = false;          // talks to the URL: its credential is offered
  std::vector<int> keep_fds{};  // a lock that shall last as long as the child, even when we are killed
};

class Git {
 public:
  Git(const VcsOptions& options, std::string url);

  // Any exit code. Errors (A): cancelled, git_timeout; (B): program_not_found.
  Result<Completed> run(GitCall call) const;
  // The output of a call that stays on this machine. Error (A) git_failed when it exits with anything but 0; output_too_large (B).
  Result<std::string> local(GitCall call) const;
  // The output of a call that talks to the remote. Errors as remote_error().
  Result<std::string> remote(GitCall call) const;

  const std::string& url() const { return url_; }
  const VcsOptions& options() const { return options_; }

 private:
  VcsOptions options_;
  std::string url_;
  std::optional<Credential> credential_;
  std::map<std::string, std::string> env_;
};

// The credential with the longest prefix that covers `url`, or nothing.
std::optional<Credential> credential_for(const std::vector<Credential>& all, const std::string& url);

// What git's complaint about a remote means: authentication_failed, repository_not_found, repository_moved, repository_not_owned,
// repository_unsupported (B); fetch_failed (A) for the network; git_failed (A) when it is none of these and so lies with us.
Error remote_error(const Completed& completed);

// The last line in which git says what went wrong, redacted and bounded.
std::string complaint(const Completed& completed);

// Errors in which the local copy, not the network or the user, is to blame.
inline bool is_local_failure(const Error& error) { return error.code == "git_failed"; }

// The skeleton of a git directory with our configuration and nothing else.
Result<void> write_git_dir(const std::filesystem::path& dir, bool bare);
// Whether `dir` has exactly the skeleton's configuration: anything else was not written by us.
bool has_our_config(const std::filesystem::path& dir, bool bare);

bool is_object_id(std::string_view text);  // 40 or 64 lower-case hex digits

}  // namespace argosy::vcs
