#include "common/vcs/git_tree.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "common/core/json.h"
#include "common/core/text.h"

namespace argosy::vcs {
namespace {

namespace fs = std::filesystem;

// How long a folder may be in the making while a sweep waits for it; it is a matter of microseconds.
constexpr std::chrono::milliseconds kSweepPatience{10'000};

// The files that git names in its complaints: "error: patch failed: a/b.py:12", "error: a/b.py: patch does not apply".
std::string refused_files(std::string_view complaints) {
  std::set<std::string> files;
  for (auto line : text::lines(complaints)) {
    if (!line.starts_with("error: ")) continue;
    line.remove_prefix(7);
    if (line.starts_with("patch failed: ")) {
      line.remove_prefix(14);
      files.emplace(line.substr(0, line.rfind(':')));
    } else if (const auto colon = line.rfind(": "); colon != std::string_view::npos && !line.starts_with("affected file")) {
      files.emplace(line.substr(0, colon));
    }
  }
  json::Array list;
  for (const auto& file : files) list.emplace_back(file);
  json::Object details;
  details.append("files", std::move(list));
  return json::dump(std::move(details));
}

// Editors and JSON strings lose the last line feed easily; git calls such a patch corrupt.
std::string whole_lines(const std::string& patch) { return patch.ends_with('\n') ? patch : patch + "\n"; }

std::vector<std::string> apply_args(Files files, bool check) {
  // --index and --cached verify the whole patch before the first write, and refuse paths outside, in .git or behind a symbolic link.
  std::vector<std::string> args{"apply", files == Files::on_disk ? "--index" : "--cached", "--whitespace=nowarn"};
  if (check) args.emplace_back("--check");
  args.emplace_back("-");
  return args;
}

Result<TempDir> make_folder(const fs::path& trees) {
  try {
    return TempDir("tree", trees);
  } catch (const std::system_error& error) {
    return fail_transient("work_tree_failed", error.what(), "is the disk of ARGOSY_WORK_DIR full?");
  }
}

}  // namespace

GitTree::GitTree(std::shared_ptr<const Git> git, TempDir dir, FileLock owner, Files files)
    : git_(std::move(git)),
      dir_(std::move(dir)),
      owner_(std::move(owner)),
      git_dir_(dir_.path() / "git"),
      tree_(dir_.path() / "tree"),
      files_(files) {}

Result<std::unique_ptr<GitTree>> GitTree::make(std::shared_ptr<const Git> git, const fs::path& mirror, const std::string& commit,
                                               Files files) {
  const auto trees = git->options().work_dir / "trees";
  // Shared, so that a sweep does not meet a folder whose owner lock is not yet taken.
  ARGOSY_TRY(const auto making, FileLock::take(trees / ".lock", FileLock::Kind::shared, kSweepPatience, git->options().cancelled));
  ARGOSY_TRY(auto dir, make_folder(trees));
  ARGOSY_TRY(auto owner, FileLock::take(dir.path() / "owner", FileLock::Kind::exclusive, kSweepPatience, {}));
  std::unique_ptr<GitTree> tree(new GitTree(std::move(git), std::move(dir), std::move(owner), files));
  ARGOSY_TRY_VOID(write_git_dir(tree->git_dir_, false));
  ARGOSY_TRY_VOID(write_file_atomic(tree->git_dir_ / "objects/info/alternates", (mirror / "objects").string() + "\n"));
  std::error_code error;
  if (!fs::create_directory(tree->tree_, error)) return fail_transient("work_tree_failed", "cannot make a work tree: " + error.message());

  ARGOSY_TRY(const auto id, tree->git_->local(tree->call({"rev-parse", "--verify", "--quiet", commit + "^{tree}"})));
  tree->commit_tree_ = tree->base_ = text::trim(id);
  std::vector<std::string> read{"read-tree", "--reset"};
  if (files == Files::on_disk) read.emplace_back("-u");
  read.push_back(commit);
  ARGOSY_TRY_VOID(tree->git_->local(tree->call(std::move(read))));
  return tree;
}

GitCall GitTree::call(std::vector<std::string> args) const { return {.args = std::move(args), .git_dir = git_dir_, .work_tree = tree_}; }

Result<void> GitTree::stage() const {
  if (files_ == Files::index_only) return {};
  ARGOSY_TRY_VOID(git_->local(call({"add", "-A", "-f", "--", "."})));  // -f: a .gitignore does not decide what a change consists of
  return {};
}

Result<std::string> GitTree::write_tree() const {
  ARGOSY_TRY_VOID(stage());
  ARGOSY_TRY(const auto id, git_->local(call({"write-tree"})));
  return std::string(text::trim(id));
}

Result<std::vector<FileEntry>> GitTree::files() const {
  ARGOSY_TRY_VOID(stage());
  ARGOSY_TRY(const auto listing, git_->local(call({"ls-files", "-s", "-z"})));
  return parse_entries(listing);
}

Result<void> GitTree::apply(const std::string& patch) {
  ARGOSY_TRY_VOID(stage());
  auto apply = call(apply_args(files_, false));
  apply.input = whole_lines(patch);
  ARGOSY_TRY(const auto completed, git_->run(std::move(apply)));
  if (completed.exit_code == 0) return {};
  return std::unexpected(Error{.category = Category::needs_user,
                               .code = "patch_does_not_apply",
                               .message = "the patch does not apply: " + complaint(completed),
                               .hint = "make it against the present state of the branch",
                               .details = refused_files(completed.err)});
}

Result<bool> GitTree::would_apply(const std::string& patch) const {
  ARGOSY_TRY_VOID(stage());
  auto apply = call(apply_args(files_, true));
  apply.input = whole_lines(patch);
  ARGOSY_TRY(const auto completed, git_->run(std::move(apply)));
  return completed.exit_code == 0;
}

Result<void> GitTree::set_base() {
  ARGOSY_TRY(base_, write_tree());
  return {};
}

Result<std::string> GitTree::diff_as(std::vector<std::string> how) {
  ARGOSY_TRY(const auto now, write_tree());
  std::vector<std::string> args{
      "diff-tree", "-r", "-p", "--full-index", "--no-ext-diff", "--no-textconv", "--no-color", "--src-prefix=a/", "--dst-prefix=b/"};
  for (auto& one : how) args.push_back(std::move(one));
  for (const auto& one : {std::string("--end-of-options"), base_, now}) args.push_back(one);
  auto patch = git_->local(call(std::move(args)));
  if (!patch && patch.error().code == "output_too_large")
    return fail_user("patch_too_large", fmt::format("the change makes a patch of more than {} MiB", kMaxGitOutput >> 20), "split the task");
  return patch;
}

// Renames as delete and create: such a patch needs nothing but the exact old bytes, also for binary files.
Result<std::string> GitTree::diff() { return diff_as({"--binary", "--no-renames"}); }

Result<std::string> GitTree::readable_diff() { return diff_as({"-M"}); }

// Whatever the repository's attributes or a NUL byte say of a file.
Result<std::string> GitTree::diff_as_text() { return diff_as({"-M", "--text"}); }

Result<std::vector<FileChange>> GitTree::changes_from(const std::string& tree) const {
  ARGOSY_TRY(const auto now, write_tree());
  ARGOSY_TRY(const auto listing, git_->local(call({"diff-tree", "-r", "-z", "-M", "--raw", "--numstat", "--no-ext-diff", "--no-textconv",
                                                   "--end-of-options", tree, now})));
  return parse_changes(listing);
}

Result<std::vector<FileChange>> GitTree::changes() { return changes_from(base_); }
Result<std::vector<FileChange>> GitTree::changes_from_commit() { return changes_from(commit_tree_); }

void sweep_trees(const fs::path& trees) {
  const auto alone = FileLock::try_take(trees / ".lock");
  if (!alone) return;
  std::error_code error;
  std::vector<fs::path> dead;
  for (fs::directory_iterator it(trees, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (!it->is_directory(ignored)) continue;
    if (FileLock::try_take(it->path() / "owner")) dead.push_back(it->path());
  }
  for (const auto& path : dead) fs::remove_all(path, error);
}

}  // namespace argosy::vcs
