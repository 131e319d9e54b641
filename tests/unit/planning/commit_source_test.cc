// Promises of the reading side of planning: every regular file of a commit, byte for byte, and nothing else.
#include "workers/planning/commit_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/support/git_fixture.h"

namespace argosy::planning {
namespace {

TEST(CommitSource, ReadsEveryRegularFileAndNothingElse) {
  testing::GitFixture remote;
  std::map<std::string, std::string> files{{"bin", std::string("\0\xff", 2)}, {"empty.py", ""}, {"dir/ü.py", "x\r\n"}};
  for (int i = 0; i < 600; ++i) files[fmt::format("many/{:03}.py", i)] = fmt::format("# {}\n", i);
  std::filesystem::create_symlink("empty.py", remote.author() / "link.py");
  const auto commit = remote.push_files(files);
  const auto repository = vcs::Repository::open({.work_dir = remote.work_dir(), .allow_file = true}, remote.url());
  ASSERT_TRUE(repository);
  const auto source = CommitSource::open(**repository, commit);
  ASSERT_TRUE(source) << to_string(source.error());

  std::vector<std::string> paths;
  for (const auto& [path, bytes] : files) paths.push_back(path);
  EXPECT_EQ(source->list().value(), paths);
  for (const auto& [path, bytes] : files) EXPECT_EQ(source->read(path).value(), bytes) << path;
  EXPECT_EQ(source->read("link.py").value(), std::nullopt);
  EXPECT_EQ(source->read("dir").value(), std::nullopt);
  EXPECT_TRUE(source->is_special("link.py"));
}

}  // namespace
}  // namespace argosy::planning
