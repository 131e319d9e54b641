// Promises of the tools that know languages, on the workspace as it is now.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/agent/tools/toolbox.h"
#include "tests/unit/agent/support.h"

namespace argosy::agent {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class SourceTools : public ::testing::Test {
 protected:
  ToolOutcome call(const std::string& name, const std::string& arguments) {
    Bench bench{.workspace = there, .record = record, .policy = policy};
    bench.by_meaning = by_meaning;
    if (indexed)
      bench.index = [&]() -> Result<std::shared_ptr<const code::Index>> {
        if (base_index == nullptr) base_index = code::Index::build(there.base()).value();
        return base_index;
      };
    bench.edited = &edited;
    return box.call({.id = "1", .name = name, .arguments = arguments}, bench);
  }
  void edit(const std::string& path, const std::string& bytes) { ASSERT_TRUE(there.stage({.files = {{path, bytes}}})); }

  Toolbox box;
  Workspace there{
      tree_of({{"shop/__init__.py", ""},
               {"shop/price.py",
                "import math\n\n\nclass Price:\n    def rounded(self):\n        return math.floor(self.value)\n\n\n"
                "def make_price(value):\n    return Price()\n"},
               {"shop/cart.py",
                "from shop.price import make_price\n\n\ndef total():\n    # make_price is cheap\n    return "
                "make_price(1), make_price(2)\n"},
               {"tests/test_cart.py", "import pytest\nfrom shop.cart import total\n\n\ndef test_total():\n    assert total()\n"},
               {"notes.txt", "make_price\n"}})};
  WorkRecord record;
  Policy policy;
  bool indexed = true;
  std::shared_ptr<const code::Index> base_index, edited;
  SearchByMeaning by_meaning;
};

TEST_F(SourceTools, ParseOfTheWorkspaceOnlyWhatWasEditedSinceTheLastCall) {
  edit("shop/price.py", "def make_price(value):\n    return value\n");
  EXPECT_THAT(call("find_references", R"({"symbol":"make_price"})").text, HasSubstr("shop/price.py:1: function"));
  ASSERT_NE(edited, nullptr);
  EXPECT_EQ(edited->parsed(), 1u);
  EXPECT_THAT(call("find_references", R"({"symbol":"make_price"})").text, HasSubstr("shop/price.py:1: function"));
  EXPECT_EQ(edited->parsed(), 0u);
  edit("shop/more.py", "make_price(3)\n");
  EXPECT_THAT(call("find_references", R"({"symbol":"make_price"})").text, HasSubstr("shop/more.py:1: make_price(3)"));
  EXPECT_EQ(edited->parsed(), 1u);
}

TEST_F(SourceTools, SemanticSearchShowsTheNearestDefinitionsAndSaysWhenItCannot) {
  EXPECT_EQ(call("semantic_search", R"({"query":"what is a price"})").code, "semantic_search_off");
  by_meaning = [](const std::string& question) -> Result<std::vector<code::SemanticHit>> {
    if (question == "fail") return fail_user("budget_exhausted", "the task has spent 5 USD", "raise it");
    return std::vector<code::SemanticHit>{{"shop/price.py", "make_price", 9, 10, 0.91}, {"shop/cart.py", "total", 4, 6, 0.5}};
  };
  edit("shop/cart.py", "def total():\n    return 1\n");
  const auto found = call("semantic_search", R"({"query":"what is a price"})");
  EXPECT_THAT(found.text, AllOf(HasSubstr("shop/price.py:9-10 make_price (0.91)\n     9\tdef make_price"), HasSubstr("shop/cart.py:4-6"),
                                HasSubstr("you have changed this file since")));
  EXPECT_THAT(call("semantic_search", R"({"query":"fail"})").text, AllOf(HasSubstr("has spent 5 USD"), HasSubstr("Use search_files")));
}

TEST_F(SourceTools, GetFileSummaryShowsImportsAndDefinitionsWithoutBodies) {
  const auto summary = call("get_file_summary", R"({"path":"shop/price.py"})");
  EXPECT_THAT(summary.text, AllOf(HasSubstr("math"), HasSubstr("class Price"), HasSubstr("rounded [5-6]"), HasSubstr("make_price [9-10]"),
                                  Not(HasSubstr("floor"))));
  EXPECT_THAT(call("get_file_summary", R"({"path":"notes.txt"})").text, HasSubstr("it begins:\n     1\tmake_price"));
  EXPECT_EQ(call("get_file_summary", R"({"path":"no.py"})").code, "file_not_found");
}

TEST_F(SourceTools, ParseAstShowsAnOutlineDownToADepth) {
  const auto all = call("parse_ast", R"({"path":"shop/price.py","depth":2})");
  EXPECT_THAT(all.text, AllOf(HasSubstr("module"), HasSubstr("class_definition [4-6] class Price:"), Not(HasSubstr("return_statement"))));
  const auto part = call("parse_ast", R"({"path":"shop/price.py","line_start":9,"line_end":10,"depth":1})");
  EXPECT_THAT(part.text, AllOf(HasSubstr("function_definition [9-10] def make_price"), Not(HasSubstr("class_definition"))));
  EXPECT_EQ(call("parse_ast", R"({"path":"notes.txt"})").code, "language_unsupported");
}

TEST_F(SourceTools, FindReferencesTellsDefinitionsAndUsesAndNoComments) {
  const auto found = call("find_references", R"({"symbol":"make_price"})");
  EXPECT_THAT(found.text,
              AllOf(HasSubstr("1 definitions"), HasSubstr("shop/price.py:9: function def make_price(value)"),
                    HasSubstr("shop/cart.py:6: return make_price(1)"), Not(HasSubstr("is cheap")), Not(HasSubstr("notes.txt"))));
  EXPECT_THAT(call("find_references", R"({"symbol":"nobody"})").text, HasSubstr("no source defines or uses nobody"));
}

TEST_F(SourceTools, FindReferencesSeesTheAgentsOwnEdits) {
  edit("shop/new.py", "from shop.price import make_price\n\nprice = make_price(3)\n");
  EXPECT_THAT(call("find_references", R"({"symbol":"make_price"})").text, HasSubstr("shop/new.py:3: price = make_price(3)"));
}

TEST_F(SourceTools, FindReferencesReadsAllSourcesWhereThereIsNoIndex) {
  indexed = false;
  EXPECT_THAT(call("find_references", R"({"symbol":"make_price","path":"shop"})").text,
              AllOf(HasSubstr("[no index"), HasSubstr("shop/cart.py:6"), HasSubstr("shop/price.py:9")));
}

TEST_F(SourceTools, FindDependenciesTellsBothDirections) {
  const auto found = call("find_dependencies", R"({"path":"shop/cart.py"})");
  EXPECT_THAT(found.text,
              AllOf(HasSubstr("imports of this repository (1):\n  shop/price.py"), HasSubstr("imported by (1):\n  tests/test_cart.py")));
  edit("shop/cart.py", "import json\n");
  EXPECT_THAT(call("find_dependencies", R"({"path":"shop/cart.py"})").text,
              AllOf(HasSubstr("imports of this repository (0)"), HasSubstr("outside (1):\n  json")));
  indexed = false;
  EXPECT_EQ(call("find_dependencies", R"({"path":"shop/cart.py"})").code, "index_absent");
}

TEST_F(SourceTools, DetectPatternsSaysHowTestsAndNamesLook) {
  const auto found = call("detect_patterns", "{}");
  EXPECT_FALSE(found.failed) << found.text;
  EXPECT_THAT(found.text, AllOf(HasSubstr("pytest (test)"), HasSubstr("python test_*.py: 1 files in tests"), HasSubstr("snake_case")));
}

}  // namespace
}  // namespace argosy::agent
