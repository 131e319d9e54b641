// Promises of reading a diff's lines, against diffs that git made.
#include "common/tasks/diff/diff_lines.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>

#include "tests/support/git_fixture.h"

namespace argosy::tasks {
namespace {

using ::testing::ElementsAre;

// The new lines, made of the old ones and of what the diff calls added: right only when every number is.
std::vector<std::string> rebuilt(const std::vector<std::string>& before, const FileLines& file, const std::vector<std::string>& after) {
  std::vector<std::string> made;
  std::size_t at = 0;
  for (const auto& change : file.changes) {
    const auto until = static_cast<std::size_t>(change.old_count == 0 ? change.old_line : change.old_line - 1);
    while (at < until && at < before.size()) made.push_back(before[at++]);
    at += static_cast<std::size_t>(change.old_count);
    EXPECT_EQ(static_cast<std::int64_t>(made.size()) + 1, change.new_line);
    for (std::int64_t i = 0; i < change.new_count; ++i) {
      EXPECT_TRUE(file.added.contains(change.new_line + i));
      made.push_back(after.at(static_cast<std::size_t>(change.new_line + i - 1)));
    }
  }
  while (at < before.size()) made.push_back(before[at++]);
  return made;
}

class DiffLines : public ::testing::Test {
 protected:
  std::map<std::string, FileLines> of_git(std::vector<std::string> options) {
    git.git(git.author(), {"add", "-A"});
    options.insert(options.begin(), {"diff", "--cached"});
    options.push_back("--output=" + (git.dir() / "diff").string());
    options.emplace_back("HEAD");
    git.git(git.author(), options);
    return diff_lines(read_file(git.dir() / "diff").value_or(""));
  }
  testing::GitFixture git;
};

TEST_F(DiffLines, SayWhatBecameOfEveryLineWhateverTheContext) {
  std::mt19937 random(17);  // NOLINT(cert-msc51-cpp): every run sees the same files
  const auto below = [&](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
  // Few different lines, some of which look like a diff's own, so that git has to choose.
  const std::vector<std::string> words{"a", "b", "", "-- x", "++ b/y", "@@ -1 +1 @@", "diff --git a/z b/z", " c", "\\ No newline"};
  for (int round = 0; round < 15; ++round) {
    std::vector<std::string> before, after;
    for (int i = below(30); i > 0; --i)
      before.push_back(words[static_cast<std::size_t>(below(9))] + (below(3) == 0 ? "" : std::to_string(i)));
    for (const auto& line : before) {
      if (below(6) == 0) after.push_back(words[static_cast<std::size_t>(below(9))]);
      if (below(6) != 0) after.push_back(line);
    }
    after.emplace_back("last");
    const char* end = below(2) == 0 ? "" : "\n";
    git.push_files({{"file", text::join(before, "\n") + (before.empty() ? "" : end)}});
    git.write("file", text::join(after, "\n") + (below(2) == 0 ? "" : "\n"));
    for (const char* context : {"-U0", "-U1", "-U3", "-U100"}) {
      const auto read = of_git({context});
      ASSERT_EQ(read.size(), 1u);
      ASSERT_EQ(rebuilt(before, read.at("file"), after), after) << context << " in round " << round;
    }
  }
}

TEST_F(DiffLines, AreThoseOfNewFilesToo) {
  git.push_files({{"other", "x\n"}});
  git.write("new", "a\nb");
  EXPECT_THAT(of_git({}).at("new").added, ElementsAre(1, 2));
}

TEST_F(DiffLines, FollowARename) {
  git.push_files({{"old.py", "a\nb\nc\nd\ne\nf\n"}, {"still.py", "1\n2\n3\n4\n"}});
  git.git(git.author(), {"mv", "still.py", "moved.py"});
  git.git(git.author(), {"mv", "old.py", "new.py"});
  git.write("new.py", "a\nb\nC\nd\ne\nf\n");
  const auto read = of_git({"-M"});
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read.at("new.py").old_path, "old.py");
  EXPECT_THAT(read.at("new.py").added, ElementsAre(3));
  EXPECT_EQ(read.at("moved.py").old_path, "still.py");
  EXPECT_TRUE(read.at("moved.py").changes.empty());
}

TEST_F(DiffLines, PassOverWhatIsGoneOrBinary) {
  git.push_files({{"gone", "a\n"}, {"image", std::string("\0\1", 2)}, {"text", "a\n"}});
  std::filesystem::remove(git.author() / "gone");
  git.write("image", std::string("\0\2", 2));
  git.write("text", "b\n");
  for (const auto& options : std::vector<std::vector<std::string>>{{}, {"--binary"}}) {
    const auto read = of_git(options);
    ASSERT_EQ(read.size(), 1u);
    EXPECT_THAT(read.at("text").added, ElementsAre(1));
  }
}

TEST_F(DiffLines, KnowUnusualNames) {
  const std::vector<std::string> names{"a b", "tab\there", "\u00e9 \"quoted\"", "back\\slash", "new\nline", "-dash", "deep/er/x"};
  git.push_files({{"base", "x\n"}});
  for (const auto& name : names) git.write(name, "a\n");
  const auto read = of_git({});
  EXPECT_EQ(read.size(), names.size());
  for (const auto& name : names) EXPECT_TRUE(read.contains(name)) << name;
}

TEST(BrokenDiffs, ArePassedOver) {
  for (const char* diff :
       {"", "hello", "+++ b/x\n@@ nonsense @@\n+a\n", "@@ -1 +1 @@\n-a\n+b\n", "+++ b/x\n@@ -1,99999999999999999999 +1 @@\n",
        "+++ b/x\n@@ -1,2 +1,2 @@\n", "+++ \"b/open\n@@ -1 +1 @@\n-a\n+b\n"}) {
    for (const auto& [path, file] : diff_lines(diff)) EXPECT_TRUE(file.added.empty()) << diff;
  }
}

}  // namespace
}  // namespace argosy::tasks
