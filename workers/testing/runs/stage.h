// A tree on disk and everything that a command in it gets: the sandbox and its limits, the operator's folders, the dependencies that set-up
// fetched. Used for tests, linters, formatters and the like. Blocking; one thread.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/sandbox/sandbox.h"

namespace argosy::testing {

struct RunOptions {
  sandbox::Class sandbox = sandbox::Class::bwrap;
  sandbox::Limits limits{};
  std::vector<std::string> test_paths{};
  std::optional<std::filesystem::path> cache{};  // of dependencies; seen as kCacheInside
  bool cache_is_filled = true;                   // then it is read-only
  std::function<void(std::string_view)> log{};
  std::function<bool()> cancelled{};
  std::function<void(const Result<sandbox::Finished>&)> ran{};  // told of each program
};

inline constexpr const char* kCacheInside = "/cache";
inline constexpr const char* kReportsInside = "/reports";
inline constexpr std::string_view kEscapeAttempt = "sandbox_escape_attempt";

class Stage {
 public:
  // `folder` holds the tree as "workspace"; reports go to "reports" beside it. Throws std::system_error when that cannot be made.
  Stage(std::filesystem::path folder, RunOptions options);

  std::filesystem::path workspace() const { return folder_ / "workspace"; }
  std::filesystem::path reports() const { return folder_ / "reports"; }
  const RunOptions& options() const { return options_; }
  // Where commands see the tree.
  std::filesystem::path workspace_inside() const;

  // A job for /bin/sh in the tree's root; $ARGOSY_REPORT_DIR and $ARGOSY_CACHE_DIR are filled in, in `env` too.
  sandbox::Job job(const std::string& script, const std::map<std::string, std::string>& env) const;
  // Errors: those of the sandbox; sandbox_escape_attempt (D) by the sandbox's own word, never by an exit code.
  Result<sandbox::Finished> run(const sandbox::Job& job) const;

  // Removes what an earlier command reported: reports(), and JUnit files in folders of that name in the tree. Errors: tree_not_written (A).
  Result<void> clear_reports(const std::string& folder_in_tree) const;
  // Removes files of that name from the tree: reports that the repository brings along say nothing about a run.
  void forget(const std::string& name) const;
  // A report that a command left: below reports(), or with `in_tree` below the workspace. Empty when there is none. What a stranger's
  // program wrote: never through a link.
  std::string report(const std::string& file, std::size_t max_bytes, bool in_tree = false) const;

 private:
  std::filesystem::path folder_;
  RunOptions options_;
};

}  // namespace argosy::testing
