// `argosy tool stuck` as a script calls it: what it prints, and with which exit code.
#include <gmock/gmock.h>

#include "common/core/file.h"
#include "common/core/subprocess.h"

namespace argosy::cli {
namespace {

using testing::HasSubstr;

Completed judged(const std::string& path, const std::string& input = "") {
  auto done = run({.argv = {ARGOSY_BINARY_DIR "/bin/argosy", "tool", "stuck", path}, .env = minimal_env(), .input = input});
  EXPECT_TRUE(done);
  return done.value_or(Completed{});
}

std::string calls(int times) {
  std::string all = "[";
  for (int i = 0; i < times; ++i)
    all += std::string(i > 0 ? "," : "") +
           R"({"action":{"tool":"run_command","arguments":{"command":"ls"}},"observation":{"output":"a.py","exit_code":0,"error":null}})";
  return all + "]";
}

TEST(ToolStuck, PrintsWhetherAndHow) {
  const auto circle = judged("-", calls(4));
  EXPECT_EQ(circle.exit_code, 0);
  EXPECT_EQ(circle.out, "{\"stuck\":true,\"kind\":\"same_result\"}\n");
  const auto work = judged("-", calls(3));
  EXPECT_EQ(work.exit_code, 0);
  EXPECT_EQ(work.out, "{\"stuck\":false,\"kind\":null}\n");
  EXPECT_EQ(judged("-", "[]").out, "{\"stuck\":false,\"kind\":null}\n");
}

TEST(ToolStuck, ReadsAFileAndSaysWhatIsWrongWithIt) {
  const TempDir folder("stuck");
  ASSERT_TRUE(write_file_atomic(folder.path() / "h.json", calls(4)));
  EXPECT_THAT(judged((folder.path() / "h.json").string()).out, HasSubstr("true"));
  for (const auto* const bad : {"", "{}", "[3]", R"([{"message":{"role":"robot"}}])"}) {
    const auto refused = judged("-", bad);
    EXPECT_EQ(refused.exit_code, 2) << bad;
    EXPECT_THAT(refused.err, HasSubstr("standard input"));
    EXPECT_EQ(refused.out, "");
  }
  EXPECT_EQ(judged((folder.path() / "none.json").string()).exit_code, 2);
}

}  // namespace
}  // namespace argosy::cli
