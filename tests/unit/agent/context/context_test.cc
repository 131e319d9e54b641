// What a model is shown of a repository: order, reasons, forms, and the budget.
#include "common/agent/context/context.h"

#include <gmock/gmock.h>

#include <map>

#include "common/code/map/repo_map.h"
#include "tests/support/memory_tree.h"
#include "tests/unit/code/kept.h"

namespace argosy::agent {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Python sources whose lines "def NAME" and "use NAME" are their tags; imports are handed in.
class ContextOfATask : public ::testing::Test {
 protected:
  void source(const std::string& path, const std::string& text) {
    tree_.files[path] = text;
    code::FileTags tags;
    std::uint32_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find('\n', at), text.size());
      const auto line = text.substr(at, end - at);
      ++number;
      if (line.starts_with("def "))
        tags.definitions.push_back(
            {.name = code::kept(line.substr(4)), .line = number, .end_line = number + 3, .signature = code::kept(line), .exported = true});
      if (line.starts_with("use ")) tags.references.push_back({.name = code::kept(line.substr(4)), .line = number});
      at = end + 1;
    }
    files_.push_back({path, 0, std::make_shared<const code::FileTags>(std::move(tags))});
  }
  void import(const std::string& from, const std::string& to) { imports_.edges.push_back({from, to, 1, to}); }

  Context build(const ContextWish& wish) {
    std::ranges::sort(files_, {}, &code::IndexedFile::path);
    std::ranges::sort(imports_.edges, {}, [](const auto& edge) { return std::pair(edge.from, edge.to); });
    return *build_context({tree_, files_, imports_}, wish);
  }
  static const Piece* piece(const Context& context, const std::string& name) {
    for (const auto& one : context.pieces)
      if (one.name == name) return &one;
    return nullptr;
  }
  static std::vector<std::string> names(const Context& context) {
    std::vector<std::string> out;
    for (const auto& one : context.pieces) out.push_back(one.name);
    return out;
  }
  static std::string long_source(int functions) {
    std::string text;
    for (int i = 0; i < functions; ++i) text += "def function_" + std::to_string(i) + "\n  first line of a body\n  second line of it\n\n";
    return text;
  }

  test::MemoryTree tree_;
  std::vector<code::IndexedFile> files_;
  code::ImportGraph imports_;
};

TEST_F(ContextOfATask, ShowsItsFilesThenRelatedOnesThenConventionsThenDocuments) {
  source("app/a.py", "def start\nuse helper\n");
  source("app/b.py", "def helper\n");
  source("tests/test_a.py", "use start\n");
  import("app/a.py", "app/b.py");
  import("tests/test_a.py", "app/a.py");
  tree_.files["README.md"] = "A thing.\n";
  tree_.files["AGENTS.md"] = "Use tabs.\n";
  const auto context = build({.files = {"app/a.py"}, .documents = {{"page x", "How to."}}});
  EXPECT_THAT(names(context), ElementsAre("app/a.py", "repository map", "tests/test_a.py", "app/b.py", "AGENTS.md", "README.md", "page x"));
  EXPECT_EQ(piece(context, "tests/test_a.py")->reason, "tests app/a.py");
  EXPECT_EQ(piece(context, "app/b.py")->reason, "app/a.py imports it");
  EXPECT_EQ(piece(context, "app/a.py")->text.source, "file app/a.py");
  EXPECT_EQ(piece(context, "app/a.py")->text.text, "def start\nuse helper\n");
  EXPECT_THAT(context.left_out, IsEmpty());
}

TEST_F(ContextOfATask, BringsInTheFileThatDefinesAMentionedName) {
  source("a.py", "def other\n");
  source("z.py", "def wanted_name\n");
  const auto context = build({.names = {"wanted_name"}});
  EXPECT_EQ(context.pieces.front().name, "z.py");
  EXPECT_EQ(context.pieces.front().reason, "defines wanted_name, which the task mentions");
}

TEST_F(ContextOfATask, NeverPassesItsBudgetAndSaysWhatWasLeftOut) {
  for (int i = 0; i < 12; ++i) source("src/f" + std::to_string(i) + ".py", long_source(20 + 5 * i));
  for (int i = 1; i < 12; ++i) import("src/f0.py", "src/f" + std::to_string(i) + ".py");
  tree_.files["README.md"] = std::string(9'000, 'r') + "\n";
  for (std::size_t budget = 0; budget < 9'000; budget += 331) {
    const auto context = build({.tokens = budget, .files = {"src/f0.py"}, .documents = {{"page", std::string(5'000, 'd')}}});
    std::size_t sum = 0;
    for (const auto& one : context.pieces) {
      EXPECT_EQ(one.tokens, code::estimated_tokens(one.text.text));
      sum += one.tokens;
    }
    EXPECT_EQ(sum, context.tokens);
    ASSERT_LE(context.tokens, budget);
    EXPECT_GE(context.pieces.size() + context.left_out.size(), 13u);
  }
  EXPECT_THAT(build({.tokens = 10, .files = {"src/f0.py"}}).left_out.front().reason, HasSubstr("tokens and 10 were left"));
}

TEST_F(ContextOfATask, ShowsALargeRelatedFileAsItsOutlineWithWhatIsMentioned) {
  source("a.py", "use function_7\n");
  source("big.py", long_source(100));
  import("a.py", "big.py");
  const auto context = build({.files = {"a.py"}, .names = {"function_7"}});
  const auto* big = piece(context, "big.py");
  ASSERT_NE(big, nullptr);
  EXPECT_EQ(big->form, "outline");
  EXPECT_EQ(big->text.source, "outline of file big.py");
  EXPECT_LE(big->tokens, kMostWholeRelated);
  EXPECT_THAT(big->text.text, HasSubstr("def function_7\n  first line of a body\n"));
  EXPECT_THAT(big->text.text, HasSubstr("def function_8\n... 3 lines ...\ndef function_9\n"));
}

TEST_F(ContextOfATask, CutsALongReadmeAfterWholeLines) {
  std::string text;
  for (int i = 0; i < 2'000; ++i) text += "line " + std::to_string(i) + "\n";
  tree_.files["README.md"] = text;
  const auto context = build({});
  ASSERT_EQ(context.pieces.size(), 1u);
  EXPECT_EQ(context.pieces[0].form, "beginning");
  EXPECT_LE(context.pieces[0].tokens, kMostConvention);
  EXPECT_TRUE(context.pieces[0].text.text.ends_with(" lines ...\n"));
}

TEST_F(ContextOfATask, SaysWhichFilesAreNotThereAndWhichAreNoText) {
  tree_.files["image.bin"] = std::string("\0\1\2\xff", 4);
  const auto context = build({.files = {"new.py", "image.bin"}});
  ASSERT_EQ(context.left_out.size(), 2u);
  EXPECT_EQ(context.left_out[0].reason, "there is no such file yet");
  EXPECT_EQ(context.left_out[1].reason, "it is not text");
}

TEST_F(ContextOfATask, TakesTheFilesThatAPatternCovers) {
  source("src/x/a.py", "def a\n");
  source("src/x/b.py", "def b\n");
  source("lib/c.py", "def c\n");
  const auto context = build({.tokens = 3'000, .files = {"src/**"}});
  EXPECT_EQ(context.pieces[0].priority, Priority::task_file);
  EXPECT_EQ(context.pieces[1].priority, Priority::task_file);
  EXPECT_NE(piece(context, "lib/c.py")->priority, Priority::task_file);
}

TEST_F(ContextOfATask, IsReportedWithoutItsTexts) {
  source("a.py", "def secret_body\n");
  const auto report = to_json(build({.files = {"a.py", "gone.py"}}));
  EXPECT_THAT(json::dump(report), Not(HasSubstr("secret_body")));
  EXPECT_EQ(report.array_or_empty("pieces")[0].string_or("priority", ""), "task_file");
  EXPECT_EQ(report.array_or_empty("left_out")[0].string_or("name", ""), "gone.py");
}

}  // namespace
}  // namespace argosy::agent
