#include "common/vcs/push.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "common/core/failpoint.h"
#include "common/core/redact.h"
#include "common/core/text.h"

namespace argosy::vcs {
namespace {

// Made of its inputs only: the same tree, parent, message, names and date give the same id on every machine and in every repetition.
Result<std::string> make_commit(const GitTree& tree, const std::string& tree_id, const std::string& parent, const CommitRequest& request) {
  const auto date = fmt::format("@{} +0000", request.time_ms / 1000);
  auto call = tree.call({"commit-tree", tree_id, "-p", parent});
  call.env = {{"GIT_AUTHOR_NAME", request.author_name},    {"GIT_AUTHOR_EMAIL", request.author_email},    {"GIT_AUTHOR_DATE", date},
              {"GIT_COMMITTER_NAME", request.author_name}, {"GIT_COMMITTER_EMAIL", request.author_email}, {"GIT_COMMITTER_DATE", date}};
  call.input = request.message;
  ARGOSY_TRY(const auto id, tree.git().local(std::move(call)));
  std::string commit(text::trim(id));
  // An empty id would turn the push into the deletion of the branch.
  if (!is_object_id(commit)) return fail_transient("git_failed", "git gave no commit id");
  return commit;
}

struct Commit {
  std::string tree;
  std::vector<std::string> parents;
  bool has_trailer = false;
};

// A raw commit object: header lines, an empty line, the message, whose last paragraph holds the trailers.
Commit parse_commit(std::string_view raw, std::string_view trailer) {
  Commit commit;
  bool in_header = true;
  for (const auto line : text::lines(text::trim(raw))) {
    if (in_header) {
      if (line.starts_with("tree ")) commit.tree = line.substr(5);
      if (line.starts_with("parent ")) commit.parents.emplace_back(line.substr(7));
      in_header = !line.empty();
    } else if (line.empty()) {
      commit.has_trailer = false;  // that was not the last paragraph
    } else if (line == trailer) {
      commit.has_trailer = true;
    }
  }
  return commit;
}

std::unexpected<Error> taken(const std::string& branch, std::string why) {
  return fail_user("branch_taken", fmt::format("the branch {} exists already: {}", branch, why),
                   "delete or rename that branch, or start the task again");
}

// The branch is there and does not point to our commit. It may still be ours, written by another run of the same step.
Result<PushOutcome> recognise(const GitTree& tree, const std::string& tree_id, const std::string& base, const std::string& branch,
                              const std::string& trailer) {
  const std::string tip = "refs/argosy/tip";
  const auto fetched = tree.git().remote(
      tree.call({"fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules",
                 "--end-of-options", tree.git().url(), fmt::format("+refs/heads/{}:{}", branch, tip)}));
  if (!fetched) {
    if (is_local_failure(fetched.error()))
      return fail_transient("push_failed", "the branch changed while we looked at it: " + fetched.error().message);
    return std::unexpected(fetched.error());
  }
  ARGOSY_TRY(const auto id, tree.git().local(tree.call({"rev-parse", "--verify", "--quiet", tip})));
  ARGOSY_TRY(const auto raw, tree.git().local(tree.call({"cat-file", "commit", tip})));
  const auto commit = parse_commit(raw, trailer);
  if (!commit.has_trailer) return taken(branch, "it holds somebody else's work");
  if (commit.tree != tree_id || commit.parents != std::vector{base}) return taken(branch, "it holds another result of this task");
  return PushOutcome{.commit = std::string(text::trim(id)), .already_there = true};
}

// The line of `push --porcelain` about our only ref: flag, "from:to", "[summary] (reason)".
struct Verdict {
  char flag = 0;
  std::string summary;
};

Verdict parse_verdict(std::string_view out) {
  for (const auto line : text::lines(out)) {
    const auto fields = text::split(line, '\t');
    if (fields.size() == 3 && fields[0].size() == 1) return {fields[0][0], std::string(fields[2])};
  }
  return {};
}

Error rejection(const Verdict& verdict, const Completed& completed, const std::string& branch) {
  const bool folder =
      completed.err.find("; cannot create '") != std::string::npos || verdict.summary.find("directory file conflict") != std::string::npos;
  if (folder) return taken(branch, "a branch stands where its name needs a folder").error();
  // Two pushes at once, or a server that could not take a lock: the next attempt sees what became of it.
  for (const char* passing : {"failed to update ref", "cannot lock ref", "already exists", "failed to lock", "transaction failed to start",
                              "unable to migrate", "Internal Server Error"})
    if (verdict.summary.find(passing) != std::string::npos)
      return fail_transient("push_failed", fmt::format("the remote could not take the branch {} now: {}", branch, redact(verdict.summary)))
          .error();
  std::string said;
  for (const auto line : text::lines(completed.err))
    if (line.starts_with("remote: ") && said.size() < 400) said += fmt::format("{} ", text::trim(line.substr(8)));
  return fail_user("push_rejected",
                   fmt::format("the remote refuses the branch {}: {} {}", branch, verdict.summary, text::ellipsize(redact(said), 400)),
                   "the repository's own rules (hooks, protected branches) decide this")
      .error();
}

}  // namespace

Result<PushOutcome> commit_and_push(const GitTree& tree, const std::string& base_commit, const std::string& branch,
                                    const CommitRequest& request, const std::string& trailer) {
  const auto ref = "refs/heads/" + branch;
  ARGOSY_TRY(const auto name_check, tree.git().run(tree.call({"check-ref-format", ref})));
  if (name_check.exit_code != 0 || branch.starts_with('-'))
    return fail_user("branch_name_invalid", fmt::format("'{}' cannot be a branch's name", branch));

  ARGOSY_TRY(const auto tree_id, tree.write_tree());
  if (tree_id == tree.commit_tree()) return fail_user("nothing_to_commit", "the change leaves the repository as it is");
  ARGOSY_TRY(const auto commit, make_commit(tree, tree_id, base_commit, request));

  if (ARGOSY_FAILPOINT("push.before")) return fail_transient("push_failed", "failpoint push.before");
  // The lease expects the branch to be absent, so nothing that exists is ever overwritten; "up to date" is decided before the lease.
  auto push =
      tree.call({"push", "--porcelain", "--no-verify", "--no-follow-tags", "--no-recurse-submodules",
                 fmt::format("--force-with-lease={}:", ref), "--end-of-options", tree.git().url(), fmt::format("{}:{}", commit, ref)});
  push.remote = true;
  ARGOSY_TRY(const auto completed, tree.git().run(std::move(push)));
  if (ARGOSY_FAILPOINT("push.after")) return fail_transient("push_failed", "failpoint push.after");

  const auto verdict = parse_verdict(completed.out);
  if (verdict.flag == '*') return PushOutcome{.commit = commit, .already_there = false};
  if (verdict.flag == '=') return PushOutcome{.commit = commit, .already_there = true};
  if (verdict.flag == '!' && verdict.summary.starts_with("[rejected]")) return recognise(tree, tree_id, base_commit, branch, trailer);
  if (verdict.flag == '!' && verdict.summary.starts_with("[remote rejected]"))
    return std::unexpected(rejection(verdict, completed, branch));
  auto error = remote_error(completed);
  if (error.category == Category::transient) error.code = "push_failed";
  return std::unexpected(std::move(error));
}

}  // namespace argosy::vcs
