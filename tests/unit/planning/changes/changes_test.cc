// Promises of what a planner of documents is told: what users see otherwise, and where documents speak of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/git_fixture.h"
#include "workers/planning/changes/api_changes.h"
#include "workers/planning/changes/mentions.h"
#include "workers/planning/changes/since_release.h"
#include "workers/planning/changes/symbol_changes.h"
#include "workers/planning/commit_source.h"

namespace argosy::planning {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

std::vector<std::string> told(const std::vector<Change>& changes) {
  std::vector<std::string> all;
  for (const auto& one : changes) all.push_back(std::string(to_string(one.kind)) + " " + one.what);
  return all;
}

constexpr std::string_view kApi = R"(openapi: 3.1.0
paths:
  /orders:
    get: {operationId: listOrders, responses: {'200': {description: all}}}
    post: {operationId: makeOrder, responses: {'201': {description: made}}}
  /old:
    get: {responses: {}}
components:
  schemas:
    Order: {type: object}
)";
constexpr std::string_view kNextApi = R"(openapi: 3.1.0
# comments and order are no change
paths:
  /orders:
    post: {operationId: makeOrder, responses: {'201': {description: made}, '409': {description: twice}}}
    get: {operationId: listOrders, responses: {'200': {description: all}}}
  /orders/{id}:
    get: {operationId: getOrder, responses: {}}
components:
  schemas:
    Order: {type: object, required: [id]}
)";

TEST(ApiChanges, AreOperationsAndSchemasThatCameWentOrAreOtherwise) {
  const auto changes = api_changes("openapi.yaml", kApi, kNextApi);
  ASSERT_TRUE(changes) << to_string(changes.error());
  EXPECT_THAT(told(*changes),
              UnorderedElementsAre("removed GET /old", "changed POST /orders", "added GET /orders/{id}", "changed schema Order"));
  for (const auto& one : *changes)
    if (one.what == "GET /orders/{id}") EXPECT_THAT(one.names, ElementsAre("/orders/{id}", "getOrder"));
  EXPECT_THAT(told(*api_changes("swagger.json", "", R"({"paths":{"/a":{"parameters":[],"get":{}}},"definitions":{"A":{}}})")),
              UnorderedElementsAre("added GET /a", "added schema A"));
  EXPECT_THAT(*api_changes("openapi.yaml", kApi, kApi), IsEmpty());
}

TEST(ApiChanges, OfWhatIsNoDescriptionAreAnErrorOrNone) {
  EXPECT_FALSE(api_changes("openapi.json", "", "{"));
  EXPECT_FALSE(api_changes("openapi.yaml", "", "a: [")) << "and broken YAML";
  EXPECT_THAT(*api_changes("openapi.json", R"(["x"])", R"({"paths":[1],"components":"x"})"), IsEmpty());
}

TEST(SymbolChanges, AreExportedNamesAndTheirSignatures) {
  const std::string before = "def total(p):\n    return 0\n\ndef gone():\n    pass\n\ndef _own():\n    pass\n\ndef same():\n    return 1\n";
  const std::string after =
      "def total(p, tax):\n    return 0\n\ndef round_price(p):\n    pass\n\ndef _own(x):\n    pass\n\ndef same():\n    return 2\n";
  const auto changes = symbol_changes("shop/price.py", before, after);
  EXPECT_THAT(told(changes), UnorderedElementsAre("removed function gone", "changed function total", "added function round_price"));
  for (const auto& one : changes) {
    if (one.what != "function total") continue;
    EXPECT_EQ(one.before, "def total(p):");
    EXPECT_EQ(one.after, "def total(p, tax):");
  }
  const auto go = symbol_changes("price.go", "package p\nfunc (o Order) Total() int { return 0 }\n", "package p\nfunc hidden() {}\n");
  EXPECT_THAT(told(go), ElementsAre("removed method Order.Total"));
  EXPECT_THAT(go[0].names, ElementsAre("Total", "Order.Total"));
}

TEST(SymbolChanges, AreNoneInTestsAndInWhatNoGrammarReads) {
  EXPECT_THAT(symbol_changes("tests/price_test.py", "", "def test_total():\n    pass\n"), IsEmpty());
  EXPECT_THAT(symbol_changes("web/cart.test.ts", "", "export function a() {}\n"), IsEmpty());
  EXPECT_THAT(symbol_changes("notes.md", "", "total"), IsEmpty());
}

TEST(Mentions, AreWholeNamesAndPlainWordsOnlyAsCode) {
  const std::string text =
      "The total of all, by `total` or total(). round_price, not round_prices.\nGET /orders/{id} and /orders, /orders-old";
  EXPECT_THAT(mentions_in(text, {"total", "round_price", "/orders", "/orders/{id}", "nowhere_at_all"}),
              UnorderedElementsAre(Pair("total", 2), Pair("round_price", 1), Pair("/orders", 1), Pair("/orders/{id}", 1)));
}

class SinceARelease : public ::testing::Test {
 protected:
  SinceRelease look(const std::string& commit) {
    auto repository = vcs::Repository::open({.work_dir = remote.work_dir(), .allow_file = true}, remote.url());
    EXPECT_TRUE(repository) << to_string(repository.error());
    EXPECT_TRUE((*repository)->fetch());
    const auto tree = CommitSource::open(**repository, commit);
    EXPECT_TRUE(tree);
    auto since = since_release(**repository, commit, *tree, [] { return false; });
    EXPECT_TRUE(since) << to_string(since.error());
    return since.value_or(SinceRelease{});
  }
  static std::string all(const SinceRelease& since) {
    std::string text;
    for (const auto& one : findings_of(since)) text += "[" + one.source + "]\n" + one.text;
    return text;
  }

  testing::GitFixture remote;
};

TEST_F(SinceARelease, WhatUsersSeeOtherwiseIsFoundWithTheDocumentsThatMentionIt) {
  remote.push_files({{"shop/price.py", "def total(p):\n    return 0\n"}, {"openapi.yaml", std::string(kApi)}});
  remote.push_files(
      {{"docs/guide.md", "Call `total`, or GET /orders.\n"}, {"docs/api.md", "POST /orders makes one.\n"}, {"README.md", "Shop\n"}});
  remote.git(remote.author(), {"tag", "v1.2.0"});
  remote.git(remote.author(), {"push", "-q", "origin", "v1.2.0"});
  const auto tip = remote.push_files({{"shop/price.py", "def total(p, tax):\n    return 0\n\ndef round_price(p):\n    return p\n"},
                                      {"openapi.yaml", std::string(kNextApi)}});
  const auto since = look(tip);
  EXPECT_EQ(since.from.tag, "v1.2.0");
  EXPECT_FALSE(since.cut);
  EXPECT_THAT(told(since.changes), UnorderedElementsAre("removed GET /old", "changed POST /orders", "added GET /orders/{id}",
                                                        "changed schema Order", "changed function total", "added function round_price"));
  const auto text = all(since);
  EXPECT_THAT(text, AllOf(HasSubstr("v1.2.0, 1 commit ago"), HasSubstr("is:  def total(p, tax):"),
                          HasSubstr("docs/guide.md: /orders, total"), HasSubstr("docs/api.md: /orders"), Not(HasSubstr("README.md"))));
  EXPECT_THAT(text.substr(text.find("mentioned in no document")), AllOf(HasSubstr("GET /orders/{id}"), HasSubstr("function round_price"),
                                                                        Not(HasSubstr("GET /old")), Not(HasSubstr("function total"))));
}

TEST_F(SinceARelease, FilesThatMovedAreComparedWithWhatTheyWere) {
  const std::string body = "def total(p):\n    return sum(p)\n\ndef tax(p):\n    return p\n\ndef net(p):\n    return p\n";
  remote.push_files({{"old.py", body}});
  std::filesystem::remove(remote.author() / "old.py");
  const auto tip = remote.push_files({{"new.py", body + "\ndef gross(p):\n    return p\n"}});
  EXPECT_THAT(told(look(tip).changes), ElementsAre("added function gross"));
}

TEST_F(SinceARelease, NothingIsSaidOfARepositoryWithoutAPastOrWithoutAChange) {
  const auto first = remote.push_files({{"a.py", "def a():\n    pass\n"}});
  EXPECT_EQ(all(look(first)), "");
  const auto second = remote.push_files({{"notes.txt", "x\n"}});
  EXPECT_EQ(all(look(second)), "");
}

TEST_F(SinceARelease, ADescriptionThatCannotBeReadIsNamed) {
  remote.push_files({{"openapi.json", "{}"}});
  const auto tip = remote.push_files({{"openapi.json", "{"}});
  EXPECT_THAT(all(look(tip)), HasSubstr("changed, and could not be read: openapi.json"));
}

}  // namespace
}  // namespace argosy::planning
