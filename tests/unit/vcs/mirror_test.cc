// Promises of the mirror: it follows the remote, and losing or damaging it costs time only.
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "common/vcs/file_lock.h"
#include "tests/unit/vcs/fixture.h"

namespace argosy::vcs {
namespace {

namespace fs = std::filesystem;
using Mirror = VcsTest;

ino_t inode(const fs::path& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 ? info.st_ino : 0;
}

TEST_F(Mirror, ResolvesTheDefaultBranchAndNamedOnes) {
  const auto first = remote.push_files({{"a", "1\n"}});
  remote.write("a", "2\n");
  const auto second = remote.push("b", "feature/x");
  auto repository = open();
  ASSERT_TRUE(repository);
  EXPECT_EQ(repository->resolve("").value(), (std::pair<std::string, std::string>(first, "main")));
  EXPECT_EQ(repository->resolve("feature/x").value(), (std::pair<std::string, std::string>(second, "feature/x")));
  EXPECT_CODE(repository->resolve("feature"), "branch_not_found");
  EXPECT_CODE(repository->resolve("main^"), "branch_not_found");
  EXPECT_CODE(repository->resolve("--all"), "branch_not_found");
}

TEST_F(Mirror, FollowsTheRemoteOnlyWhenItFetches) {
  const auto first = remote.push_files({{"a", "1\n"}});
  auto repository = open();
  ASSERT_TRUE(repository);
  const auto second = remote.push_files({{"a", "2\n"}});
  EXPECT_EQ(repository->resolve("").value().first, first);
  ASSERT_OK(repository->fetch());
  EXPECT_EQ(repository->resolve("").value().first, second);
}

TEST_F(Mirror, ForgetsBranchesThatTheRemoteDeleted) {
  remote.push_files({{"a", "1\n"}});
  remote.push("b", "gone");
  auto repository = open();
  ASSERT_TRUE(repository);
  ASSERT_OK(repository->resolve("gone"));
  remote.at_remote({"branch", "-D", "gone"});
  remote.push("c", "gone/below");  // its name needs a folder where the branch's file was
  ASSERT_OK(repository->fetch());
  EXPECT_CODE(repository->resolve("gone"), "branch_not_found");
  EXPECT_TRUE(repository->resolve("gone/below"));
}

TEST_F(Mirror, SaysThatARepositoryIsEmptyOrMissing) {
  auto repository = open();
  ASSERT_TRUE(repository);
  EXPECT_CODE(repository->resolve(""), "repository_empty");
  const auto missing = Repository::open(options(), "file:///nowhere/at/all");
  EXPECT_CODE(missing, "repository_not_found");
  EXPECT_EQ(missing.error().category, Category::needs_user);
}

TEST_F(Mirror, TakesAnUnreachableRemoteForPassing) {
  const auto refused = Repository::open(options(), "https://127.0.0.1:1/x");
  EXPECT_CODE(refused, "fetch_failed");
  EXPECT_EQ(refused.error().category, Category::transient);
}

TEST_F(Mirror, RefusesFilesWhenTheyAreNotAllowed) {
  auto strict = options();
  strict.allow_file = false;
  EXPECT_CODE(Repository::open(strict, remote.url()), "url_scheme_refused");
}

TEST_F(Mirror, ReadsFilesOfACommit) {
  remote.write("dir/ü b.txt", "text\r\n");
  const auto commit = remote.push_files({{"bin", std::string("\0\xff\n", 3)}, {"empty", ""}});
  auto repository = open();
  ASSERT_TRUE(repository);
  const auto files = repository->files(commit);
  ASSERT_OK(files);
  ASSERT_EQ(files->size(), 3u);
  EXPECT_EQ((*files)[0].path, "bin");
  EXPECT_EQ((*files)[0].size, 3);
  EXPECT_EQ((*files)[2].path, "empty");
  EXPECT_EQ(repository->read(commit, "dir/ü b.txt").value(), "text\r\n");
  EXPECT_EQ(repository->read(commit, "dir").value(), std::nullopt);
  EXPECT_EQ(repository->read(commit, "nothing").value(), std::nullopt);
  const auto blobs = repository->read_blobs({(*files)[0].id, (*files)[2].id, (*files)[1].id});
  ASSERT_OK(blobs);
  EXPECT_THAT(*blobs, ::testing::ElementsAre(std::string("\0\xff\n", 3), "", "text\r\n"));
}

TEST_F(Mirror, IsClonedAgainAfterItWasDeleted) {
  const auto commit = remote.push_files({{"a", "1\n"}});
  auto repository = open();
  ASSERT_TRUE(repository);
  fs::remove_all(remote.work_dir());
  EXPECT_EQ(repository->read(commit, "a").value(), "1\n");
  fs::remove_all(mirror_home());
  ASSERT_OK(repository->fetch());
  EXPECT_EQ(repository->resolve("").value().first, commit);
}

TEST_F(Mirror, IsClonedAgainWhenItsObjectsAreDamaged) {
  const auto commit = remote.push_files({{"a", "1\n"}});
  auto repository = open();
  ASSERT_TRUE(repository);
  for (const auto& entry : fs::directory_iterator(mirror_home() / "repo.git/objects/pack")) {
    fs::permissions(entry.path(), fs::perms(0644));
    fs::resize_file(entry.path(), 20);
  }
  const auto tree = repository->checkout(commit);
  ASSERT_OK(tree);
  EXPECT_EQ(bytes((*tree)->path() / "a"), "1\n");
}

TEST_F(Mirror, IsClonedAgainWhenABlobIsMissing) {
  const auto commit = remote.push_files({{"a", "1\n"}, {"b", "2\n"}});
  auto repository = open();
  ASSERT_TRUE(repository);
  const auto files = repository->files(commit).value();
  const auto git_dir = mirror_home() / "repo.git";
  const auto pack_dir = git_dir / "objects/pack";
  // Unpack everything, then lose one object.
  for (const auto& entry : fs::directory_iterator(pack_dir))
    if (entry.path().extension() == ".pack") {
      const auto aside = remote.dir() / "aside.pack";
      fs::rename(entry.path(), aside);
      remote.git(git_dir, {"unpack-objects", "-q"}, bytes(aside));
    }
  fs::remove_all(pack_dir);
  fs::create_directories(pack_dir);
  fs::remove(git_dir / "objects" / files[1].id.substr(0, 2) / files[1].id.substr(2));
  const auto tree = repository->checkout(commit);
  ASSERT_OK(tree);
  EXPECT_EQ(bytes((*tree)->path() / "b"), "2\n");
}

TEST_F(Mirror, RepairsWhatAKilledProcessLeft) {
  remote.push_files({{"a", "1\n"}});
  auto repository = open();
  ASSERT_TRUE(repository);
  const auto git_dir = mirror_home() / "repo.git";
  for (const char* stale :
       {"packed-refs.lock", "HEAD.lock", "refs/heads/main.lock", "objects/pack/tmp_pack_x", "objects/pack/.tmp-1-pack-x.pack"})
    ASSERT_TRUE(write_file_atomic(git_dir / stale, "junk"));
  fs::create_directories(mirror_home() / "new.git/objects");
  const auto before = inode(git_dir);
  const auto second = remote.push_files({{"a", "2\n"}});
  ASSERT_OK(repository->fetch());
  EXPECT_EQ(repository->resolve("").value().first, second);
  EXPECT_EQ(inode(git_dir), before) << "it was cloned again, which is slower";
  EXPECT_FALSE(fs::exists(git_dir / "objects/pack/tmp_pack_x"));
  EXPECT_FALSE(fs::exists(mirror_home() / "new.git"));
}

TEST_F(Mirror, IsClonedAgainWhenAPowerCutEmptiedABranch) {
  const auto commit = remote.push_files({{"a", "1\n"}});
  auto repository = open();
  ASSERT_TRUE(repository);
  ASSERT_TRUE(write_file_atomic(mirror_home() / "repo.git/refs/heads/main", ""));
  ASSERT_OK(repository->fetch());
  EXPECT_EQ(repository->resolve("").value().first, commit);
}

TEST_F(Mirror, RunsNothingOfAConfigurationThatSomebodyPutThere) {
  const auto commit = remote.push_files({{".gitattributes", "*.txt filter=evil diff=evil merge=evil\n"}, {"a.txt", "1\n"}});
  auto repository = open();
  ASSERT_TRUE(repository);
  const auto marker = remote.dir() / "ran";
  const auto git_dir = mirror_home() / "repo.git";
  const auto run_it = "touch " + marker.string();
  std::ofstream(git_dir / "config", std::ios::app)
      << "[core]\n\tfsmonitor = " << run_it << "\n\tsshCommand = " << run_it << "\n\tgitProxy = " << run_it
      << "\n[filter \"evil\"]\n\tsmudge = " << run_it << "\n\tclean = " << run_it << "\n[diff \"evil\"]\n\ttextconv = " << run_it
      << "\n\tcommand = " << run_it << "\n[credential]\n\thelper = !" << run_it << "\n";
  fs::create_directories(git_dir / "hooks");
  for (const char* hook :
       {"post-checkout", "reference-transaction", "post-index-change", "pre-push", "pre-auto-gc", "fsmonitor-watchman"}) {
    ASSERT_TRUE(write_file_atomic(git_dir / "hooks" / hook, "#!/bin/sh\n" + run_it + "\n"));
    fs::permissions(git_dir / "hooks" / hook, fs::perms(0755));
  }
  repository = open();
  ASSERT_TRUE(repository);
  ASSERT_OK(repository->fetch());
  const auto tree = repository->checkout(commit);
  ASSERT_OK(tree);
  ASSERT_TRUE(write_file_atomic((*tree)->path() / "a.txt", "2\n"));
  ASSERT_OK((*tree)->diff());
  EXPECT_FALSE(fs::exists(marker));
  EXPECT_EQ(bytes(mirror_home() / "repo.git/config").find("evil"), std::string::npos);
}

TEST_F(Mirror, ServesManyAtOnce) {
  const auto commit = remote.push_files({{"a", "1\n"}});
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      auto repository = Repository::open(options(), remote.url());
      if (!repository || !(*repository)->fetch()) return;
      const auto tree = (*repository)->checkout(commit);
      if (tree && (*tree)->files()) ++good;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 8);
}

TEST_F(Mirror, StopsWaitingWhenTheStepIsCancelled) {
  remote.push_files({{"a", "1\n"}});
  ASSERT_TRUE(open());
  const auto held = FileLock::take(mirror_home() / "lock", FileLock::Kind::exclusive, std::chrono::seconds(1), {});
  ASSERT_OK(held);
  auto impatient = options();
  impatient.cancelled = [] { return true; };
  const auto repository = Repository::open(impatient, remote.url());
  ASSERT_OK(repository);  // needs no lock: the mirror is there
  EXPECT_CODE((*repository)->fetch(), "cancelled");
}

TEST_F(Mirror, KeepsTheBaseOfARunningTaskThatWasPushedAway) {
  const auto base = remote.push_files({{"a", "1\n"}});
  auto repository = open();
  ASSERT_TRUE(repository);
  remote.git(remote.author(), {"checkout", "-q", "--orphan", "anew"});
  remote.push_files({{"a", "other\n"}});
  ASSERT_OK(repository->fetch());
  EXPECT_TRUE(repository->checkout(base));
}

TEST_F(Mirror, JoinsItsPacksWithoutForgettingWhatNoBranchReaches) {
  const auto base = remote.push_files({{"a", "1\n"}});
  auto repository = open();
  ASSERT_TRUE(repository);
  const auto git_dir = mirror_home() / "repo.git";
  const auto packs = [&] {
    int count = 0;
    for (const auto& entry : fs::directory_iterator(git_dir / "objects/pack")) count += entry.path().extension() == ".pack";
    return count;
  };
  for (int i = 0; i < 45; ++i) {
    const auto blob = remote.git(git_dir, {"hash-object", "-w", "--stdin"}, std::to_string(i));
    remote.git(git_dir, {"pack-objects", "-q", "objects/pack/pack"}, blob + "\n");
  }
  ASSERT_GT(packs(), 40);
  remote.git(remote.author(), {"checkout", "-q", "--orphan", "anew"});
  remote.push_files({{"a", "other\n"}});
  ASSERT_OK(repository->fetch());
  EXPECT_LT(packs(), 5);
  const auto tree = repository->checkout(base);
  ASSERT_OK(tree);
  EXPECT_EQ(bytes((*tree)->path() / "a"), "1\n");
}

TEST_F(Mirror, SaysThatACommitIsGone) {
  remote.push_files({{"a", "1\n"}});
  auto repository = open();
  ASSERT_TRUE(repository);
  const auto missing = repository->checkout(std::string(40, 'a'));
  EXPECT_CODE(missing, "commit_not_found");
  EXPECT_CODE(repository->checkout("main"), "commit_not_found");
  EXPECT_CODE(repository->checkout("--help"), "commit_not_found");
}

TEST_F(Mirror, WorksInFoldersThatAnotherUserMade) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const auto commit = remote.push_files({{"a", "1\n"}});
  ASSERT_TRUE(open());
  const auto give_away = [](const fs::path& top) {
    ASSERT_EQ(::chown(top.c_str(), 65534, 65534), 0);
    for (const auto& entry : fs::recursive_directory_iterator(top)) ASSERT_EQ(::lchown(entry.path().c_str(), 65534, 65534), 0);
  };
  give_away(remote.work_dir());
  auto repository = open();
  ASSERT_TRUE(repository);
  ASSERT_OK(repository->fetch());
  ASSERT_OK(repository->checkout(commit));
  // The remote's folder is another matter: its configuration and hooks would run with our rights.
  give_away(remote.remote());
  EXPECT_CODE(repository->fetch(), "repository_not_owned");
}

TEST_F(Mirror, IsReadyWhenGitAndTheWorkFolderAre) {
  EXPECT_EQ(problem(options()), std::nullopt);
  auto nowhere = options();
  nowhere.work_dir = "/proc/nowhere";
  EXPECT_THAT(problem(nowhere).value_or(""), ::testing::HasSubstr("ARGOSY_WORK_DIR"));
}

}  // namespace
}  // namespace argosy::vcs
