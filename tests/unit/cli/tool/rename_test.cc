// `argosy tool rename` as a script calls it: what is written, what is printed, and with which exit code.
#include <gmock/gmock.h>

#include "common/core/file.h"
#include "common/core/json.h"
#include "common/core/subprocess.h"

namespace argosy::cli {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kHome = "def load(path):\n    return path\n";
constexpr std::string_view kUser = "import m\nm.load(1)\n";

class RenameTool : public ::testing::Test {
 protected:
  void SetUp() override {
    put("m.py", kHome);
    put("a.py", kUser);
  }
  void put(const std::string& path, std::string_view bytes) { ASSERT_TRUE(write_file_atomic(dir_.path() / path, bytes)); }
  std::string get(const std::string& path) { return read_file(dir_.path() / path).value_or("<none>"); }

  // The exit code; what was printed is in `out` and `err`.
  int tool(const std::vector<std::string>& more) {
    std::vector<std::string> words{
        ARGOSY_BINARY_DIR "/bin/argosy", "tool", "rename", "--root", dir_.path().string(), "--language", "python"};
    words.insert(words.end(), more.begin(), more.end());
    const auto done = run({.argv = words, .env = minimal_env()});
    if (!done) return -1;
    out = done->out;
    err = done->err;
    return done->exit_code;
  }

  std::string out, err;

 private:
  TempDir dir_{"rename"};
};

TEST_F(RenameTool, WritesAllFilesAndPrintsThem) {
  ASSERT_EQ(tool({"--from", "load", "--to", "fetch"}), 0) << err;
  EXPECT_EQ(out, "a.py\nm.py\n");
  EXPECT_EQ(get("m.py"), "def fetch(path):\n    return path\n");
  EXPECT_EQ(get("a.py"), "import m\nm.fetch(1)\n");
}

TEST_F(RenameTool, RenamesWhatAFunctionHasToItself) {
  ASSERT_EQ(tool({"--from", "path", "--to", "file", "--kind", "variable", "--in", "load", "--json"}), 0) << err;
  EXPECT_EQ(out, "{\"files_changed\":[\"m.py\"],\"files_moved\":[],\"dry_run\":false}\n");
  EXPECT_EQ(get("m.py"), "def load(file):\n    return file\n");
}

TEST_F(RenameTool, WritesNothingWhenItIsOnlyTried) {
  ASSERT_EQ(tool({"--from", "load", "--to", "fetch", "--dry-run"}), 0) << err;
  EXPECT_EQ(out, "a.py\nm.py\n");
  EXPECT_EQ(get("m.py"), kHome);
  EXPECT_EQ(get("a.py"), kUser);
}

TEST_F(RenameTool, PrintsThePlacesOfARefusal) {
  put("b.py", "def f(x):\n    return x.load(1)\n");
  ASSERT_EQ(tool({"--from", "load", "--to", "fetch"}), 1);
  EXPECT_EQ(out, "b.py:2:14: return x.load(1)\n");
  EXPECT_THAT(err, HasSubstr("cannot be resolved"));
  EXPECT_EQ(get("a.py"), kUser);
  ASSERT_EQ(tool({"--from", "load", "--to", "fetch", "--json"}), 1);
  const auto printed = json::parse(out).value();
  EXPECT_EQ(printed.find("refused")->string_or("code", ""), "receiver_unresolved");
  EXPECT_EQ(printed.find("refused")->array_or_empty("places").at(0).int_or("line", 0), 2);
}

TEST_F(RenameTool, SaysWhichWordIsWrong) {
  EXPECT_EQ(tool({"--from", "load"}), 2);
  EXPECT_THAT(err, HasSubstr("--to"));
  EXPECT_EQ(tool({"--from", "load", "--to", "fetch", "--kind", "label"}), 2);
  EXPECT_THAT(err, HasSubstr("--kind"));
  EXPECT_EQ(tool({"--from", "load", "--to", "fetch", "--force", "all"}), 2);
  EXPECT_THAT(err, HasSubstr("--force"));
}

}  // namespace
}  // namespace argosy::cli
