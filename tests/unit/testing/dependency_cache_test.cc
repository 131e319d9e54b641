// Filled once, in full or not at all, by whichever process comes first; what is in use stays.
#include "workers/testing/set_up/dependency_cache.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/core/file.h"

namespace argosy::testing {
namespace {

namespace fs = std::filesystem;

class Dependencies : public ::testing::Test {
 protected:
  // Filled with one file and let go of.
  void fill(const DependencyCache& cache, const std::string& key) {
    auto folder = cache.open(key);
    ASSERT_TRUE(folder) << to_string(folder.error());
    ASSERT_FALSE(folder->filled());
    ASSERT_TRUE(write_file_atomic(folder->path() / "it", key));
    ASSERT_TRUE(folder->keep());
  }
  // When it was last used, in seconds since 1970.
  void used_at(const std::string& key, int seconds) {
    const timespec when[2] = {{.tv_sec = seconds, .tv_nsec = 0}, {.tv_sec = seconds, .tv_nsec = 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (root / (key + ".lock")).c_str(), when, 0), 0);
  }
  bool has(const std::string& key) const { return fs::exists(root / key); }

  TempDir folder{"dependencies"};
  fs::path root = folder.path() / "kept";
};

TEST_F(Dependencies, AreThereForTheNextOne) {
  const DependencyCache cache(root, 5);
  fill(cache, "a1");
  const auto again = cache.open("a1");
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->filled());
  EXPECT_EQ(read_file(again->path() / "it").value_or(""), "a1");
}

TEST_F(Dependencies, ThatWereHalfFilledAreNotKept) {
  const DependencyCache cache(root, 5);
  {
    auto half = cache.open("a1");
    ASSERT_TRUE(half);
    ASSERT_TRUE(write_file_atomic(half->path() / "it", "half"));
  }
  EXPECT_FALSE(has("a1"));
  const auto again = cache.open("a1");
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->filled());
  EXPECT_TRUE(fs::is_empty(again->path()));
}

TEST_F(Dependencies, WhatAKilledProcessLeftHalfFilledGoesWithTheNextCall) {
  const pid_t child = ::fork();
  if (child == 0) {
    auto half = DependencyCache(root, 5).open("a1");
    ::_exit(half && write_file_atomic(half->path() / "it", "half") ? 0 : 1);  // no destructor runs
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  ASSERT_TRUE(fs::exists(root / "a1.part/it"));
  ASSERT_TRUE(DependencyCache(root, 5).open("b2"));
  EXPECT_FALSE(fs::exists(root / "a1.part"));
}

TEST_F(Dependencies, AreFilledByOneOfManyProcesses) {
  constexpr int kProcesses = 8;
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {  // 1: it filled them; 0: they were there, and whole
      auto folder = DependencyCache(root, 5).open("a1");
      if (!folder) ::_exit(2);
      if (folder->filled()) ::_exit(read_file(folder->path() / "it").value_or("") == "whole" ? 0 : 3);
      const bool kept = write_file_atomic(folder->path() / "it", "whole") && folder->keep();
      ::_exit(kept ? 1 : 4);
    }
    children.push_back(child);
  }
  int filled = 0;
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    ASSERT_LE(WEXITSTATUS(status), 1);
    filled += WEXITSTATUS(status);
  }
  EXPECT_EQ(filled, 1);
}

TEST_F(Dependencies, BeyondTheBoundTheLeastUsedGo) {
  const DependencyCache cache(root, 2);
  fill(cache, "a1");
  used_at("a1", 1'000);
  fill(cache, "b2");
  used_at("b2", 2'000);
  ASSERT_TRUE(cache.open("a1"));  // used now
  fill(cache, "c3");
  ASSERT_TRUE(cache.open("c3"));
  EXPECT_TRUE(has("a1"));
  EXPECT_FALSE(has("b2"));
  EXPECT_TRUE(has("c3"));
  EXPECT_FALSE(fs::exists(root / "b2.lock")) << "locks are bounded too";
}

TEST_F(Dependencies, InUseStay) {
  const DependencyCache cache(root, 1);
  fill(cache, "a1");
  {
    const auto used = cache.open("a1");
    ASSERT_TRUE(used);
    used_at("a1", 1'000);
    fill(cache, "b2");
    ASSERT_TRUE(cache.open("b2"));
    EXPECT_TRUE(has("a1"));
  }
  ASSERT_TRUE(cache.open("b2"));
  EXPECT_FALSE(has("a1"));
}

TEST_F(Dependencies, ThatWereRemovedAndFetchedAgainCountAsUsed) {
  const DependencyCache cache(root, 1);
  fill(cache, "a1");
  used_at("a1", 1'000);
  fill(cache, "b2");
  used_at("b2", 2'000);
  fill(cache, "a1");  // opening it removed the old one
  ASSERT_TRUE(cache.open("a1"));
  EXPECT_TRUE(has("a1"));
  EXPECT_FALSE(has("b2"));
}

TEST_F(Dependencies, ThatCannotBeKeptAreAReasonToTryAgain) {
  ASSERT_TRUE(write_file_atomic(root, "a file"));
  const auto opened = DependencyCache(root, 1).open("a1");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, "cache_unwritable");
  EXPECT_EQ(opened.error().category, Category::transient);
}

}  // namespace
}  // namespace argosy::testing
