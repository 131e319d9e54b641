// `argosy tool refactor` as a script calls it: what is written, what is printed, and with which exit code.
#include <gtest/gtest.h>

#include <filesystem>

#include "common/core/file.h"
#include "common/core/json.h"
#include "common/core/subprocess.h"

namespace argosy::cli {
namespace {

namespace fs = std::filesystem;

class Refactor : public ::testing::Test {
 protected:
  void SetUp() override {
    put("m.py", "import os\nimport re\n\nold(os)\n");
    fs::permissions(root() / "m.py", fs::perms(0750));
  }
  void put(const std::string& path, const std::string& bytes) { ASSERT_TRUE(write_file_atomic(root() / path, bytes)); }
  std::string get(const std::string& path) { return read_file(root() / path).value_or("<none>"); }
  const fs::path& root() const { return dir.path(); }

  // The exit code; what was printed is in `printed`.
  int tool(const std::string& change, std::vector<std::string> more = {}) {
    std::vector<std::string> words{ARGOSY_BINARY_DIR "/bin/argosy", "tool", "refactor", "--root", root().string()};
    words.insert(words.end(), more.begin(), more.end());
    const auto done = run({.argv = words, .env = minimal_env(), .input = change});
    if (!done) return -1;
    printed = json::parse(done->out).value_or(json::Value());
    return done->exit_code;
  }

  TempDir dir{"refactor"};
  json::Value printed;
};

constexpr const char* kRemove = R"({"op":"remove_unused_imports","paths":["**"]})";

TEST_F(Refactor, DoesOneOperation) {
  ASSERT_EQ(tool(kRemove), 0);
  EXPECT_EQ(get("m.py"), "import os\n\nold(os)\n");
  EXPECT_EQ(fs::status(root() / "m.py").permissions(), fs::perms(0750));
  EXPECT_EQ(json::dump(printed), R"({"changed":["m.py"],"refused":null})");
}

TEST_F(Refactor, LetsEachOperationSeeTheOnesBefore) {
  ASSERT_EQ(tool(R"j([{"op":"rename_file","from":"m.py","to":"x/n.py"}, {"op":"create_file","path":"gone.py","content":""},
                      {"op":"replace_call","language":"python","pattern":"old($A)","replacement":"fresh($A)"},
                      {"op":"add_import","path":"x/n.py","module":"m","name":"fresh"}, {"op":"delete_file","path":"gone.py"}])j"),
            0);
  EXPECT_EQ(get("x/n.py"), "import os\nimport re\n\nfrom m import fresh\n\nfresh(os)\n");
  EXPECT_EQ(fs::status(root() / "x/n.py").permissions(), fs::perms(0750));
  EXPECT_EQ(json::dump(*printed.find("changed")), R"(["m.py","x/n.py"])");
  EXPECT_FALSE(fs::exists(root() / "m.py"));
}

TEST_F(Refactor, WritesNothingWhenOneIsRefused) {
  ASSERT_EQ(tool(R"([{"op":"remove_unused_imports","paths":["**"]}, {"op":"add_import","path":"m.py","module":"os"}])"), 1);
  EXPECT_EQ(get("m.py"), "import os\nimport re\n\nold(os)\n");
  EXPECT_TRUE(printed.array_or_empty("changed").empty());
  const json::Value& refused = *printed.find("refused");
  EXPECT_EQ(refused.string_or("code", ""), "nothing_to_change");
  ASSERT_EQ(refused.array_or_empty("places").size(), 1u);
  EXPECT_EQ(refused.array_or_empty("places").at(0).int_or("line", 0), 1);
}

TEST_F(Refactor, OnlySaysWhatADryRunWouldChange) {
  ASSERT_EQ(tool(kRemove, {"--dry-run"}), 0);
  EXPECT_EQ(get("m.py"), "import os\nimport re\n\nold(os)\n");
  EXPECT_EQ(json::dump(*printed.find("changed")), R"(["m.py"])");
}

TEST_F(Refactor, TellsWhoCallsItWrongly) {
  EXPECT_EQ(tool("{"), 2);
  EXPECT_EQ(tool("[]"), 2);
  EXPECT_EQ(tool(R"({"op":"codemod","language":"python","query":"q"})"), 2);
  EXPECT_EQ(tool(R"({"op":"explode"})"), 2);
}

}  // namespace
}  // namespace argosy::cli
