// Promises of following a trace into a repository: the file that it means or none, its lines, and the commits that wrote them.
#include "workers/planning/traces/suspects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/git_fixture.h"
#include "workers/planning/commit_source.h"

namespace argosy::planning {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(PathOfAFrame, IsTheOneFileThatItCanMean) {
  const std::vector<std::string> paths{"shop/price.py",   "shop/__init__.py", "tests/__init__.py", "src/main/java/com/acme/Price.java",
                                       "web/src/cart.ts", "util.go"};
  const auto path = [&](std::string file) { return path_of({.language = "x", .file = std::move(file), .line = 1}, paths); };
  EXPECT_EQ(path("/app/shop/price.py"), "shop/price.py");
  EXPECT_EQ(path("price.py"), "shop/price.py");
  EXPECT_EQ(path("com/acme/Price.java"), "src/main/java/com/acme/Price.java");
  EXPECT_EQ(path("webpack:///./src/cart.ts"), "web/src/cart.ts");
  EXPECT_EQ(path("/go/src/util.go"), "util.go");
  EXPECT_EQ(path("__init__.py"), "") << "two files have that name";
  EXPECT_EQ(path("/usr/lib/python3/site-packages/other/price.py"), "") << "a library's file of the same name";
  EXPECT_EQ(path("ArrayList.java"), "");
}

TEST(Suspects, AreTheLinesOfATraceWithWhoWroteThem) {
  testing::GitFixture remote;
  remote.write("shop/price.py", "def total(p):\n    n = 0\n    return sum(p) / n\n");
  const auto first = remote.push("prices");
  remote.write("shop/price.py", "def total(p):\n    n = len(p) - 1\n    return sum(p) / n\n");
  const auto second = remote.push("count \"from\" one");
  const auto repository = vcs::Repository::open({.work_dir = remote.work_dir(), .allow_file = true}, remote.url());
  ASSERT_TRUE(repository);
  const auto tree = CommitSource::open(**repository, second);
  ASSERT_TRUE(tree);
  const auto frames = frames_in("  File \"/usr/lib/python3/runpy.py\", line 8, in run\n  File \"/app/shop/price.py\", line 2, in total\n");
  const auto found = suspects(frames, **repository, second, *tree, [] { return false; });
  ASSERT_TRUE(found) << to_string(found.error());
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found->at(0).path, "shop/price.py");
  ASSERT_EQ(found->at(0).wrote.size(), 3u);
  EXPECT_EQ(found->at(0).wrote[1].from.commit, second);
  EXPECT_EQ(found->at(0).wrote[2].from.commit, first);
  EXPECT_EQ(found->at(0).past.size(), 2u);
  EXPECT_THAT(in_words(*found), AllOf(HasSubstr("shop/price.py:2 in total\n"), HasSubstr("> "),
                                      HasSubstr("| "
                                                "    n = len(p) - 1"),
                                      HasSubstr(second.substr(0, 10)), HasSubstr("count \"from\" one")));
  const auto stopped = suspects(frames, **repository, second, *tree, [] { return true; });
  EXPECT_EQ(stopped.error().code, "cancelled");
}

}  // namespace
}  // namespace argosy::planning
