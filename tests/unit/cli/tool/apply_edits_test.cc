// `argosy tool apply-edits` as a script calls it: what is written, what is printed, and with which exit code.
#include <gmock/gmock.h>

#include <filesystem>

#include "common/core/file.h"
#include "common/core/json.h"
#include "common/core/subprocess.h"

namespace argosy::cli {
namespace {

namespace fs = std::filesystem;

class ApplyEdits : public ::testing::Test {
 protected:
  void SetUp() override {
    put("m.py", "def a():\n    return 1\n");
    fs::permissions(root() / "m.py", fs::perms(0750));
  }
  void put(const std::string& path, const std::string& bytes) { ASSERT_TRUE(write_file_atomic(root() / path, bytes)); }
  std::string get(const std::string& path) { return read_file(root() / path).value_or("<none>"); }
  const fs::path& root() const { return dir.path(); }

  // The exit code; what was printed is in `printed`.
  int tool(const std::string& answer, std::vector<std::string> more = {}) {
    std::vector<std::string> words{ARGOSY_BINARY_DIR "/bin/argosy", "tool", "apply-edits", "--root", root().string()};
    words.insert(words.end(), more.begin(), more.end());
    const auto done = run({.argv = words, .env = minimal_env(), .input = answer});
    if (!done) return -1;
    printed = json::parse(done->out).value_or(json::Value());
    return done->exit_code;
  }

  TempDir dir{"edits"};
  json::Value printed;
};

TEST_F(ApplyEdits, WritesAllAndSaysWhere) {
  ASSERT_EQ(
      tool(R"([{"path": "m.py", "old_str": "return 1", "new_str": "return 2"}, {"path": "n/o.py", "old_str": "", "new_str": "x = 1\n"}])"),
      0);
  EXPECT_EQ(get("m.py"), "def a():\n    return 2\n");
  EXPECT_EQ(get("n/o.py"), "x = 1\n");
  EXPECT_EQ(fs::status(root() / "m.py").permissions(), fs::perms(0750));
  EXPECT_EQ(json::dump(*printed.find("applied")),
            R"([{"path":"m.py","line":2,"rung":"exact"},{"path":"n/o.py","line":1,"rung":"create"}])");
  EXPECT_EQ(json::dump(*printed.find("files_changed")), R"(["m.py","n/o.py"])");
  EXPECT_TRUE(printed.array_or_empty("failed").empty());
}

TEST_F(ApplyEdits, WritesNothingWhenOneFails) {
  ASSERT_EQ(tool(R"([{"path": "m.py", "old_str": "return 1", "new_str": "return 2"}, {"path": "m.py", "old_str": "zzz", "new_str": "y"}])"),
            1);
  EXPECT_EQ(get("m.py"), "def a():\n    return 1\n");
  EXPECT_TRUE(printed.array_or_empty("applied").empty());
  EXPECT_EQ(printed.array_or_empty("would_apply").size(), 1u);
  EXPECT_EQ(printed.array_or_empty("failed").at(0).string_or("reason", ""), "text_not_found");
}

TEST_F(ApplyEdits, NeverWritesThroughALink) {
  const TempDir outside("outside");
  ASSERT_TRUE(write_file_atomic(outside.path() / "x.py", "a\n"));
  fs::create_symlink(outside.path(), root() / "dir");
  fs::create_symlink(outside.path() / "x.py", root() / "l.py");
  fs::create_symlink(outside.path() / "absent.py", root() / "d.py");
  for (const std::string path : {"dir/x.py", "l.py", "d.py", "dir/new.py"}) {
    ASSERT_EQ(tool(R"({"path": ")" + path + R"(", "old_str": "", "new_str": "b\n"})"), 1) << path;
    EXPECT_EQ(printed.array_or_empty("failed").at(0).string_or("reason", ""), "path_conflict") << path;
    ASSERT_EQ(tool(R"({"path": ")" + path + R"(", "old_str": "a", "new_str": "b"})"), 1) << path;
  }
  EXPECT_EQ(read_file(outside.path() / "x.py").value_or(""), "a\n");
  EXPECT_FALSE(fs::exists(outside.path() / "absent.py"));
}

TEST_F(ApplyEdits, IsCalledWithAFolderAndAKnownFormat) {
  EXPECT_EQ(tool("", {"--format", "patch"}), 2);
  EXPECT_EQ(tool("nothing to see"), 1);
  EXPECT_EQ(printed.array_or_empty("failed").at(0).string_or("reason", ""), "no_edits");
  EXPECT_EQ(tool("", {"--root", (root() / "absent").string()}), 2);
}

}  // namespace
}  // namespace argosy::cli
