#include "common/vcs/mirror.h"

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "common/core/crypto.h"
#include "common/core/text.h"
#include "common/telemetry/log.h"

namespace argosy::vcs {
namespace {

namespace fs = std::filesystem;

// A fetch leaves a pack; with more than this, reading slows down and they are joined.
constexpr int kMaxPacks = 40;

struct Fetches {
  std::int64_t started = 0, done = 0;
};

Fetches read_fetches(const fs::path& file) {
  const auto text = read_file(file, 256);
  if (!text) return {};
  const auto parts = text::split(*text, ' ');
  if (parts.size() != 2) return {};
  return {text::to_int(parts[0]).value_or(0), text::to_int(parts[1]).value_or(0)};
}

void write_fetches(const fs::path& file, const Fetches& fetches) {
  // Lost, it costs a fetch that could have been shared.
  (void)write_file_atomic(file, fmt::format("{} {}", fetches.started, fetches.done), 0600);
}

// "ref: refs/heads/main\tHEAD" and "<id>\trefs/heads/main" lines.
struct Refs {
  std::string head;
  std::map<std::string, std::string, std::less<>> branches;
};

Refs parse_refs(std::string_view listing) {
  Refs refs;
  std::string head_id;
  for (const auto line : text::lines(listing)) {
    const auto tab = line.find_first_of("\t ");
    if (line.starts_with("ref: ")) {
      const auto name = line.substr(5);
      refs.head = name.substr(0, name.find('\t'));
    } else if (tab != std::string_view::npos) {
      const auto name = line.substr(tab + 1);
      if (name == "HEAD") head_id = line.substr(0, tab);
      if (name.starts_with("refs/heads/")) refs.branches.emplace(name, line.substr(0, tab));
    }
  }
  if (refs.branches.contains(refs.head)) return refs;
  // No symbolic HEAD (detached, or it names a branch that is not born): what people would expect it to be.
  refs.head.clear();
  for (const auto& [name, id] : refs.branches)
    if (id == head_id && refs.head.empty()) refs.head = name;
  for (const char* usual : {"refs/heads/main", "refs/heads/master"})
    if (refs.head.empty() && refs.branches.contains(usual)) refs.head = usual;
  if (refs.head.empty() && refs.branches.size() == 1) refs.head = refs.branches.begin()->first;
  return refs;
}

int count_packs(const fs::path& repo) {
  std::error_code error;
  int packs = 0;
  for (fs::directory_iterator it(repo / "objects/pack", error), end; !error && it != end; it.increment(error))
    packs += it->path().extension() == ".pack";
  return packs;
}

// We hold the lock, and so does every git that writes here: whatever looks unfinished belongs to nobody any more.
void remove_stale_files(const fs::path& repo) {
  std::error_code error;
  std::vector<fs::path> stale;
  for (fs::recursive_directory_iterator it(repo, error), end; !error && it != end; it.increment(error)) {
    const auto name = it->path().filename().string();
    const bool ours = name.ends_with(".lock") || name.starts_with("tmp_") || name.starts_with(".tmp-");
    if (ours) stale.push_back(it->path());
  }
  for (const auto& path : stale) fs::remove_all(path, error);
}

}  // namespace

Mirror::Mirror(std::shared_ptr<const Git> git, const fs::path& work_dir)
    : git_(std::move(git)), home_(work_dir / "mirrors" / crypto::sha256_hex(git_->url())), repo_(home_ / "repo.git") {}

std::uint64_t Mirror::generation() const {
  struct stat info{};
  if (::stat(repo_.c_str(), &info) != 0) return 0;
  // Inode numbers are used again soon; with the birth second of the first file beside it they are not.
  struct stat first{};
  if (::stat((repo_ / "config").c_str(), &first) != 0) return 0;
  return static_cast<std::uint64_t>(info.st_ino) * 1'000'003u ^ static_cast<std::uint64_t>(first.st_ctim.tv_sec) * 1'000'000'000u ^
         static_cast<std::uint64_t>(first.st_ctim.tv_nsec);
}

Result<FileLock> Mirror::lock() const {
  return FileLock::take(home_ / "lock", FileLock::Kind::exclusive, git_->options().timeout, git_->options().cancelled);
}

Result<void> Mirror::ensure() {
  if (fs::exists(repo_ / "HEAD") && has_our_config(repo_, true)) return {};
  ARGOSY_TRY(const auto held, lock());
  if (fs::exists(repo_ / "HEAD") && has_our_config(repo_, true)) return {};
  return clone(held);
}

Result<void> Mirror::update() {
  const auto asked = read_fetches(home_ / "fetches");
  ARGOSY_TRY(const auto held, lock());
  auto fetches = read_fetches(home_ / "fetches");
  if (fetches.done > asked.started && has_our_config(repo_, true)) return {};
  ++fetches.started;
  write_fetches(home_ / "fetches", fetches);
  ARGOSY_TRY_VOID(update_locked(held));
  fetches.done = fetches.started;
  write_fetches(home_ / "fetches", fetches);
  return {};
}

Result<void> Mirror::update_locked(const FileLock& held) {
  if (!fs::exists(repo_ / "HEAD") || !has_our_config(repo_, true)) return clone(held);
  remove_leftovers();
  remove_stale_files(repo_);
  auto fetched = fetch_into(repo_, held);
  if (fetched || !is_local_failure(fetched.error())) return fetched;
  telemetry::log_warning("mirror is damaged and cloned again",
                         {{"mirror", home_.filename().string()}, {"reason", fetched.error().message}});
  return clone(held);
}

Result<void> Mirror::fetch_commit(const std::string& commit) {
  ARGOSY_TRY(const auto held, lock());
  ARGOSY_TRY_VOID(git_->remote({.args = {"fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance",
                                         "--no-recurse-submodules", "--end-of-options", git_->url(), commit},
                                .git_dir = repo_,
                                .keep_fds = {held.fd()}}));
  return {};
}

Result<void> Mirror::rebuild(std::uint64_t damaged) {
  ARGOSY_TRY(const auto held, lock());
  if (generation() != damaged) return {};
  telemetry::log_warning("mirror lacks objects and is cloned again", {{"mirror", home_.filename().string()}});
  return clone(held);
}

Result<void> Mirror::clone(const FileLock& held) {
  remove_leftovers();
  const auto fresh = home_ / "new.git";
  ARGOSY_TRY_VOID(write_git_dir(fresh, true));
  ARGOSY_TRY_VOID(fetch_into(fresh, held));
  std::error_code error;
  if (fs::exists(repo_, error)) fs::rename(repo_, home_ / "old.git", error);
  if (!error) fs::rename(fresh, repo_, error);
  if (error) return fail_transient("mirror_failed", fmt::format("cannot put the new mirror in place: {}", error.message()));
  remove_leftovers();
  return {};
}

Result<void> Mirror::fetch_into(const fs::path& dir, const FileLock& held) {
  ARGOSY_TRY(const auto listing,
             git_->remote({.args = {"ls-remote", "--symref", "--end-of-options", git_->url(), "HEAD", "refs/heads/*"}, .git_dir = dir}));
  const auto theirs = parse_refs(listing);
  ARGOSY_TRY(const auto known, git_->local({.args = {"for-each-ref", "--format=%(objectname) %(refname)", "refs/heads"}, .git_dir = dir}));
  if (parse_refs(known).branches != theirs.branches) {
    ARGOSY_TRY_VOID(git_->remote({.args = {"fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance",
                                           "--no-recurse-submodules", "--end-of-options", git_->url(), "+refs/heads/*:refs/heads/*"},
                                  .git_dir = dir,
                                  .keep_fds = {held.fd()}}));
  }
  const auto head = theirs.head.empty() ? std::string("refs/heads/none") : theirs.head;
  ARGOSY_TRY_VOID(write_file_atomic(dir / "HEAD", "ref: " + head + "\n"));
  // -k keeps what no branch reaches: the base of a running task may have been pushed away.
  if (count_packs(dir) > kMaxPacks)
    ARGOSY_TRY_VOID(git_->local({.args = {"repack", "-a", "-d", "-k", "-q"}, .git_dir = dir, .keep_fds = {held.fd()}}));
  return {};
}

void Mirror::remove_leftovers() const {
  std::error_code ignored;
  fs::remove_all(home_ / "new.git", ignored);
  fs::remove_all(home_ / "old.git", ignored);
}

}  // namespace argosy::vcs
