#include "common/vcs/repository.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "common/core/text.h"
#include "common/vcs/git.h"
#include "common/vcs/git_tree.h"
#include "common/vcs/history.h"
#include "common/vcs/mirror.h"
#include "common/vcs/push.h"
#include "common/vcs/releases.h"

namespace argosy::vcs {
namespace {

// Between two sweeps of dead processes' work trees by this process.
constexpr std::chrono::minutes kSweepEvery{10};

void sweep_now_and_then(const std::filesystem::path& trees) {
  static std::atomic<std::chrono::steady_clock::rep> next{0};
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  auto due = next.load();
  if (now.count() < due || !next.compare_exchange_strong(due, (now + kSweepEvery).count())) return;
  sweep_trees(trees);
}

// Other people's sources lie here: for the workers' user only.
Result<void> make_private(const std::filesystem::path& folder) {
  std::error_code error;
  if (std::filesystem::create_directories(folder, error)) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  if (error)
    return fail_transient("work_dir_failed", fmt::format("cannot make {}: {}", folder.string(), error.message()), "check ARGOSY_WORK_DIR");
  return {};
}

class GitRepository final : public Repository {
 public:
  GitRepository(const VcsOptions& options, const std::string& url)
      : git_(std::make_shared<const Git>(options, url)), mirror_(git_, options.work_dir) {}

  Result<void> open() { return mirror_.ensure(); }
  Result<void> fetch() override { return mirror_.update(); }

  Result<std::pair<std::string, std::string>> resolve(const std::string& branch) override {
    return repaired<std::pair<std::string, std::string>>([&] { return resolve_once(branch); });
  }

  Result<std::vector<FileEntry>> files(const std::string& commit) override {
    ARGOSY_TRY_VOID(need(commit));
    return repaired<std::vector<FileEntry>>([&]() -> Result<std::vector<FileEntry>> {
      ARGOSY_TRY(const auto listing, git_->local(at_mirror({"ls-tree", "-r", "-l", "-z", "--full-tree", commit})));
      return parse_entries(listing);
    });
  }

  Result<std::optional<std::string>> read(const std::string& commit, const std::string& path) override {
    ARGOSY_TRY_VOID(need(commit));
    ARGOSY_TRY(const auto listing, git_->local(at_mirror({"ls-tree", "-l", "-z", "--full-tree", commit, "--", path})));
    const auto entries = parse_entries(listing);
    if (entries.size() != 1 || entries[0].path != path || !entries[0].mode.starts_with("1") || entries[0].mode == "160000")
      return std::nullopt;
    ARGOSY_TRY(auto blobs, read_blobs({entries[0].id}));
    return std::move(blobs[0]);
  }

  Result<std::vector<std::string>> read_blobs(const std::vector<std::string>& ids) override {
    return repaired<std::vector<std::string>>([&] { return read_blobs_once(ids); });
  }

  Result<std::unique_ptr<WorkTree>> checkout(const std::string& commit, Files files) override {
    ARGOSY_TRY(auto tree, make_tree(commit, files));
    return tree;
  }

  Result<std::vector<LineOrigin>> blame(const std::string& commit, const std::string& path, std::int64_t first,
                                        std::int64_t last) override {
    ARGOSY_TRY_VOID(need(commit));
    first = std::max<std::int64_t>(first, 1);
    last = std::min(last, first + kMaxBlamedLines - 1);
    if (last < first) return std::vector<LineOrigin>{};
    ARGOSY_TRY(const auto done,
               git_->run(at_mirror({"blame", "--porcelain", "-L", fmt::format("{},{}", first, last), commit, "--", path})));
    if (done.exit_code != 0) return std::vector<LineOrigin>{};  // no such file or lines
    return parse_blame(done.out);
  }

  Result<std::vector<PastCommit>> past(const std::string& commit, const std::string& path, std::int64_t most) override {
    ARGOSY_TRY_VOID(need(commit));
    ARGOSY_TRY(const auto listing, git_->local(at_mirror({"log", fmt::format("-n{}", std::clamp<std::int64_t>(most, 0, kMaxPastCommits)),
                                                          "-z", "--format=%H %at %s", commit, "--", path})));
    return parse_past(listing);
  }

  Result<std::optional<Earlier>> last_release(const std::string& commit) override {
    ARGOSY_TRY_VOID(need(commit));
    return vcs::last_release(*git_, mirror_.git_dir(), commit);
  }

  Result<std::vector<FileChange>> changes_between(const std::string& from, const std::string& to) override {
    ARGOSY_TRY_VOID(need(from));
    ARGOSY_TRY_VOID(need(to));
    ARGOSY_TRY(const auto listing, git_->local(at_mirror({"diff-tree", "-r", "-z", "-M", "--raw", "--numstat", "--no-ext-diff",
                                                          "--no-textconv", "--end-of-options", from, to})));
    return parse_changes(listing);
  }

  Result<bool> applies(const std::string& commit, const std::string& patch) override {
    ARGOSY_TRY(const auto tree, make_tree(commit, Files::index_only));
    return tree->would_apply(patch);
  }

  Result<PushOutcome> commit_and_push(WorkTree& tree, const std::string& base_commit, const std::string& branch,
                                      const CommitRequest& commit, const std::string& trailer) override {
    // Work trees come from checkout() only.
    return vcs::commit_and_push(static_cast<GitTree&>(tree), base_commit, branch, commit, trailer);
  }

 private:
  GitCall at_mirror(std::vector<std::string> args) const { return {.args = std::move(args), .git_dir = mirror_.git_dir()}; }

  // Does it, and once more over a fresh mirror when the present one turns out to be damaged.
  template <class T, class F>
  Result<T> repaired(F&& work) {
    const auto generation = mirror_.generation();
    Result<T> first = work();
    if (first || !is_local_failure(first.error())) return first;
    ARGOSY_TRY_VOID(mirror_.rebuild(generation));
    return work();
  }

  Result<bool> has(const std::string& commit) const {
    ARGOSY_TRY(const auto found, git_->run(at_mirror({"cat-file", "-e", commit + "^{commit}"})));
    return found.exit_code == 0;
  }

  // Makes sure that the mirror holds the commit, by what it takes: a fetch, a fetch of just that commit, a fresh clone.
  Result<void> need(const std::string& commit) {
    if (!is_object_id(commit)) return fail_user("commit_not_found", "a commit is named by its full id");
    const auto generation = mirror_.generation();
    ARGOSY_TRY(bool there, has(commit));
    if (there) return {};
    ARGOSY_TRY_VOID(mirror_.update());
    ARGOSY_TRY(there, has(commit));
    if (there) return {};
    const auto asked = mirror_.fetch_commit(commit);
    if (!asked && asked.error().category == Category::transient && !is_local_failure(asked.error()) && asked.error().code != "fetch_failed")
      return asked;
    ARGOSY_TRY(there, has(commit));
    if (there) return {};
    ARGOSY_TRY_VOID(mirror_.rebuild(generation));
    ARGOSY_TRY(there, has(commit));
    if (there) return {};
    return fail_user("commit_not_found", fmt::format("the repository has no commit {} any more", commit),
                     "start the task again on the present state");
  }

  Result<std::pair<std::string, std::string>> resolve_once(const std::string& branch) const {
    ARGOSY_TRY(const auto any, git_->local(at_mirror({"for-each-ref", "--count=1", "--format=%(refname)", "refs/heads"})));
    if (text::trim(any).empty()) return fail_user("repository_empty", "the repository has no commit yet", "push a first commit");
    std::string name = branch;
    if (name.empty()) {
      ARGOSY_TRY(const auto head, read_file(mirror_.git_dir() / "HEAD", 4096));
      name = text::trim(head);
      name = name.substr(std::min(name.size(), std::string_view("ref: refs/heads/").size()));
    }
    ARGOSY_TRY(const auto shown, git_->run(at_mirror({"show-ref", "--verify", "--hash", "--", "refs/heads/" + name})));
    std::string commit(text::trim(shown.out));
    if (shown.exit_code != 0 || !is_object_id(commit))
      return fail_user("branch_not_found",
                       branch.empty() ? "the repository names no default branch" : fmt::format("the repository has no branch '{}'", branch),
                       "name one of its branches as default_branch");
    return std::pair{std::move(commit), std::move(name)};
  }

  Result<std::vector<std::string>> read_blobs_once(const std::vector<std::string>& ids) const {
    if (ids.empty()) return std::vector<std::string>{};
    auto call = at_mirror({"cat-file", "--batch"});
    for (const auto& id : ids) call.input += id + "\n";
    auto out = git_->local(std::move(call));
    if (!out && out.error().code == "output_too_large") return fail_user("blobs_too_large", "the files that have to be read are too large");
    if (!out) return std::unexpected(out.error());
    // "<id> blob <size>\n<bytes>\n" each, or "<id> missing\n"
    std::vector<std::string> blobs;
    std::string_view rest = *out;
    while (blobs.size() < ids.size()) {
      const auto header = rest.substr(0, rest.find('\n'));
      const auto size = text::to_int(header.substr(header.rfind(' ') + 1));
      rest.remove_prefix(std::min(rest.size(), header.size() + 1));
      if (!size || rest.size() < static_cast<std::size_t>(*size)) return fail_transient("git_failed", "the mirror lacks an object");
      blobs.emplace_back(rest.substr(0, static_cast<std::size_t>(*size)));
      rest.remove_prefix(std::min(rest.size(), static_cast<std::size_t>(*size) + 1));
    }
    return blobs;
  }

  Result<std::unique_ptr<GitTree>> make_tree(const std::string& commit, Files files) {
    ARGOSY_TRY_VOID(need(commit));
    sweep_now_and_then(git_->options().work_dir / "trees");
    return repaired<std::unique_ptr<GitTree>>([&] { return GitTree::make(git_, mirror_.git_dir(), commit, files); });
  }

  std::shared_ptr<const Git> git_;
  Mirror mirror_;
};

}  // namespace

Result<std::unique_ptr<Repository>> Repository::open(const VcsOptions& options, const std::string& url) {
  ARGOSY_TRY_VOID(check_url(url, options.allow_file));
  for (const char* folder : {"mirrors", "trees"}) ARGOSY_TRY_VOID(make_private(options.work_dir / folder));
  auto repository = std::make_unique<GitRepository>(options, url);
  ARGOSY_TRY_VOID(repository->open());
  return repository;
}

}  // namespace argosy::vcs
