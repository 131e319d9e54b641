// `argosy tool imports`, `repo-map` and `traits`: what a script gets to see of a folder's sources, read by the real grammars.
#include <gmock/gmock.h>

#include <filesystem>

#include "common/core/file.h"
#include "common/core/json.h"
#include "workers/cli/run.h"

namespace argosy::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ToolSources : public ::testing::Test {
 protected:
  void SetUp() override {
    put("pyproject.toml", "[project]\ndependencies = [\"flask\"]\n");
    put("src/shop/__init__.py", "");
    put("src/shop/prices.py",
        "class PriceList:\n    def total_price(self, items):\n        return sum(items)\n\ndef unused():\n    pass\n");
    put("src/shop/cart.py",
        "import flask\nfrom .prices import PriceList\nfrom shop.gone import x\n\ndef checkout(items):\n    return "
        "PriceList().total_price(items)\n");
    put("tests/test_cart.py", "from shop import cart\n\ndef test_checkout():\n    assert cart.checkout([1]) == 1\n");
    put("web/tsconfig.json", "{\"compilerOptions\": {\"paths\": {\"~/*\": [\"./lib/*\"]}}}");
    put("web/main.ts", "import { add } from '~/add';\nadd(1);\n");
    put("web/lib/add.ts", "export function add(n: number) { return n; }\n");
  }
  void put(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((dir_.path() / path).parent_path());
    ASSERT_TRUE(write_file_atomic(dir_.path() / path, text));
  }
  int tool(std::vector<std::string> words) {
    words.insert(words.begin(), "tool");
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const int code = run(words);
    out_ = ::testing::internal::GetCapturedStdout();
    err_ = ::testing::internal::GetCapturedStderr();
    return code;
  }
  json::Value printed() { return json::parse(out_).value_or(json::Value()); }
  std::string root() { return dir_.path().string(); }

  TempDir dir_{"sources"};
  std::string out_, err_;
};

TEST_F(ToolSources, PrintImportsAsLines) {
  ASSERT_EQ(tool({"imports", root()}), 0);
  EXPECT_EQ(out_,
            "src/shop/cart.py:2 -> src/shop/prices.py\n"
            "tests/test_cart.py:1 -> src/shop/__init__.py\n"
            "tests/test_cart.py:1 -> src/shop/cart.py\n"
            "web/main.ts:1 -> web/lib/add.ts\n"
            "external flask (1 files)\n"
            "unresolved src/shop/cart.py:3 shop.gone\n");
}

TEST_F(ToolSources, PrintImportsAsJson) {
  ASSERT_EQ(tool({"imports", root(), "--json"}), 0);
  EXPECT_EQ(printed().int_or("files", 0), 6);
  EXPECT_EQ(printed().array_or_empty("edges")[0].string_or("to", ""), "src/shop/prices.py");
  EXPECT_EQ(printed().array_or_empty("externals")[0].string_or("name", ""), "flask");
  EXPECT_EQ(printed().array_or_empty("unresolved")[0].string_or("module", ""), "shop.gone");
}

TEST_F(ToolSources, PrintAMapThatNestsAndFollowsWhatIsAskedFor) {
  ASSERT_EQ(tool({"repo-map", "--root", root(), "--tokens", "200"}), 0);
  EXPECT_THAT(out_, HasSubstr("src/shop/prices.py:\n  class PriceList:\n    def total_price(self, items):\n"));
  ASSERT_EQ(tool({"repo-map", "--root", root(), "--tokens", "30", "--mention", "unused", "--file", "./src/shop/cart.py", "--json"}), 0);
  EXPECT_LE(printed().int_or("tokens", 99), 30);
  EXPECT_EQ(printed().int_or("budget", 0), 30);
  EXPECT_THAT(printed().string_or("text", ""), HasSubstr("def unused():"));
  EXPECT_THAT(printed().string_or("text", ""), Not(HasSubstr("cart.py")));
}

TEST_F(ToolSources, PrintTraits) {
  ASSERT_EQ(tool({"traits", root()}), 0);
  EXPECT_EQ(printed().array_or_empty("frameworks")[0].string_or("name", ""), "Flask");
  EXPECT_EQ(printed().array_or_empty("tests")[0].string_or("pattern", ""), "test_*.py");
}

TEST_F(ToolSources, RefuseWhatTheyCannotRead) {
  EXPECT_EQ(tool({"imports", root() + "/none"}), 2);
  EXPECT_THAT(err_, HasSubstr("is no folder"));
  EXPECT_EQ(tool({"repo-map"}), 2);
  EXPECT_EQ(tool({"repo-map", "--root", root(), "--tokens", "0"}), 2);
  EXPECT_EQ(tool({"repo-map", "--root", root(), "--file", "absent.py"}), 2);
  EXPECT_THAT(err_, HasSubstr("absent.py"));
}

}  // namespace
}  // namespace argosy::cli
