// The repo map over files that are written down as tags: ranks, order, nesting, and the budget.
#include "common/code/map/repo_map.h"

#include <gmock/gmock.h>

#include <numeric>
#include <random>

#include "common/code/map/rank.h"
#include "tests/unit/code/kept.h"

namespace argosy::code {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

struct Source {
  std::string path;
  std::vector<std::string> defines{}, uses{};
};

Definition function(const std::string& name, std::uint32_t line) {
  Definition out{.name = kept(name), .line = line, .end_line = line};
  out.signature = kept("def " + name + "():");
  out.exported = true;
  return out;
}

std::vector<IndexedFile> files_of(const std::vector<Source>& sources) {
  std::vector<IndexedFile> files;
  for (const Source& source : sources) {
    FileTags tags;
    std::uint32_t line = 0;
    for (const auto& name : source.defines) tags.definitions.push_back(function(name, ++line));
    for (const auto& name : source.uses) tags.references.push_back({.name = kept(name), .line = ++line});
    files.push_back({source.path, 0, std::make_shared<const FileTags>(std::move(tags))});
  }
  return files;
}

std::vector<std::string> order(const std::vector<IndexedFile>& files, const MapWish& wish = {}) {
  std::vector<std::string> names;
  for (const auto& one : rank_definitions(files, wish).definitions)
    names.emplace_back(files[one.file].tags->definitions[one.definition].name);
  return names;
}

// Many files with many definitions of different lengths, used at random.
std::vector<IndexedFile> large_tree() {
  std::mt19937 random(7);
  std::vector<Source> sources;
  std::vector<std::string> names;
  for (int file = 0; file < 40; ++file) {
    Source source{"src/part" + std::to_string(file % 7) + "/file_" + std::to_string(100 + file) + ".py"};
    for (int i = 0; i < 20; ++i)
      names.push_back(source.defines.emplace_back("name_" + std::to_string(file) + "_" + std::string(random() % 40, 'x')));
    for (int i = 0; i < 50; ++i) source.uses.push_back(names[random() % names.size()]);
    sources.push_back(std::move(source));
  }
  std::ranges::sort(sources, {}, &Source::path);
  return files_of(sources);
}

TEST(PageRank, GivesTheKnownRanksOfASmallGraph) {
  // 0 -> 1, 0 -> 2, 1 -> 2, 2 -> 0, with d = 0.85: solved by hand as three equations.
  const std::vector<NameLink> links{
      {.users = {{0, 1.0}}, .definers = {1}}, {.users = {{0, 1.0}, {1, 1.0}}, .definers = {2}}, {.users = {{2, 1.0}}, .definers = {0}}};
  const auto ranks = page_rank(links, std::vector<double>(3, 0.0));
  const double a = 0.05;  // (1 - d) / 3
  const double d = 0.85;
  const double zero = a * (1 + d + d * d) / (1 - d * d / 2 - d * d * d / 2), one = a + d * zero / 2, two = a + d * (zero / 2 + one);
  EXPECT_NEAR(ranks.files[0], zero, 1e-7);
  EXPECT_NEAR(ranks.files[1], one, 1e-7);
  EXPECT_NEAR(ranks.files[2], two, 1e-7);
  EXPECT_NEAR(ranks.names[1][0], zero / 2 + one, 1e-7);
}

TEST(PageRank, CountsANameWithManyDefinersLikeAnEdgeToEach) {
  // 0 and 1 use what 1, 2 and 3 define; the same as edges from each of the two to each of the three.
  const std::vector<NameLink> shared{{.users = {{0, 1.0}, {1, 1.0}}, .definers = {1, 2, 3}}};
  const std::vector<NameLink> edges{{.users = {{0, 1.0}, {1, 1.0}}, .definers = {1}},
                                    {.users = {{0, 1.0}, {1, 1.0}}, .definers = {2}},
                                    {.users = {{0, 1.0}, {1, 1.0}}, .definers = {3}}};
  const std::vector<double> wanted{0.7, 0.1, 0.1, 0.1};
  const auto one = page_rank(shared, wanted), other = page_rank(edges, wanted);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(one.files[i], other.files[i], 1e-7);
  EXPECT_LT(one.names[0][0], one.names[0][1]);  // 1 gives itself something, which is not counted
  EXPECT_NEAR(one.names[0][1], other.names[1][0], 1e-7);
  EXPECT_NEAR(std::accumulate(one.files.begin(), one.files.end(), 0.0), 1.0, 1e-9);
}

TEST(RepoMapRank, PutsFirstWhatIsUsedMost) {
  const auto files = files_of({{"a.py", {"used"}}, {"b.py", {"unused"}}, {"c.py", {}, {"used"}}, {"d.py", {}, {"used"}}});
  EXPECT_THAT(order(files), ElementsAre("used", "unused"));
}

TEST(RepoMapRank, RaisesAMentionedNameEvenIfNobodyUsesIt) {
  const auto files = files_of({{"a.py", {"used"}}, {"b.py", {"unused", "other"}}, {"c.py", {}, {"used"}}});
  EXPECT_EQ(order(files).front(), "used");
  EXPECT_EQ(order(files, {.names = {"unused"}}).front(), "unused");
}

TEST(RepoMapRank, RaisesTheDefinitionsInAFileWhosePathIsMentioned) {
  const auto files = files_of({{"core/a.py", {"first"}}, {"net/client.py", {"second"}}, {"z.py", {}, {"first", "second"}}});
  EXPECT_EQ(order(files).front(), "first");
  EXPECT_EQ(order(files, {.names = {"client"}}).front(), "second");
}

TEST(RepoMapRank, PrefersTellingNamesToShortPrivateAndCommonOnes) {
  std::vector<Source> sources{{"a.py", {"parse_request_line", "run", "_run_privately"}},
                              {"z.py", {}, {"parse_request_line", "run", "_run_privately", "anywhere"}}};
  for (int i = 0; i < 7; ++i) sources.insert(sources.begin() + 1, {"b" + std::to_string(i) + ".py", {"anywhere"}});
  const auto names = order(files_of(sources));
  EXPECT_EQ(names.front(), "parse_request_line");
  EXPECT_LT(std::ranges::find(names, "run"), std::ranges::find(names, "anywhere"));
}

TEST(RepoMapRank, TakesANameOfOneLanguageForNoneOfAnother) {
  auto files = files_of({{"a.go", {"shared"}}, {"b.py", {"other"}}, {"c.py", {}, {"shared", "shared", "other"}}});
  FileTags go = *files[0].tags;
  go.language = Language::go;
  files[0].tags = std::make_shared<const FileTags>(go);
  EXPECT_THAT(order(files), ElementsAre("other", "shared"));
}

TEST(RepoMapRank, PutsWhatAUseNeedNotMeanBehindAndShowsNoNamespaces) {
  FileTags tags;
  tags.definitions = {{.name = "item", .kind = TagKind::field, .line = 1, .end_line = 1},
                      {.name = "size", .kind = TagKind::method, .line = 1, .end_line = 1},
                      {.name = "take", .kind = TagKind::function, .line = 2, .end_line = 2},
                      {.name = "space", .kind = TagKind::module, .line = 3, .end_line = 3}};
  auto files = files_of({{"a.cc", {}}, {"z.cc", {}, {"item", "item", "item", "size", "size", "take", "space"}}});
  files[0].tags = std::make_shared<const FileTags>(tags);
  EXPECT_THAT(order(files), ElementsAre("take", "item", "size"));
}

TEST(RepoMapRank, PutsATypeBeforeItsConstructors) {
  FileTags tags;
  tags.language = Language::java;
  tags.definitions = {{.name = "Box", .kind = TagKind::method, .line = 2, .end_line = 2},
                      {.name = "Box", .kind = TagKind::method, .line = 3, .end_line = 3},
                      {.name = "Box", .kind = TagKind::klass, .line = 1, .end_line = 4}};
  FileTags user;
  user.language = Language::java;
  user.references = {{.name = "Box", .line = 1}};
  const std::vector<IndexedFile> files{{"Box.java", 0, std::make_shared<const FileTags>(tags)},
                                       {"Use.java", 0, std::make_shared<const FileTags>(user)}};
  const auto ranking = rank_definitions(files, {});
  EXPECT_EQ(tags.definitions[ranking.definitions[0].definition].kind, TagKind::klass);
  EXPECT_GT(ranking.definitions[0].score, 10 * ranking.definitions[1].score);
}

TEST(RepoMapRank, FollowsTheFilesThatAreWorkedOnAndDoesNotShowThem) {
  const auto files = files_of({{"a.py", {"popular"}},
                               {"b.py", {"needed_here"}},
                               {"own.py", {"mine"}, {"needed_here"}},
                               {"x.py", {}, {"popular"}},
                               {"y.py", {}, {"popular"}}});
  const auto map = repo_map(files, {.tokens = 500, .files = {"own.py"}});
  EXPECT_THAT(map.text, Not(HasSubstr("mine")));
  EXPECT_THAT(map.files, ElementsAre("b.py", "a.py"));
}

TEST(RepoMapPage, NestsADefinitionBelowWhatItStandsInAndKeepsTheOrderOfTheFile) {
  FileTags tags;
  tags.definitions = {
      {.name = "Outer", .kind = TagKind::klass, .line = 1, .end_line = 9, .signature = "class Outer:"},
      {.name = "first", .kind = TagKind::method, .scope = "Outer", .line = 2, .end_line = 3, .signature = "def first(self):"},
      {.name = "Inner", .kind = TagKind::klass, .scope = "Outer", .line = 4, .end_line = 8, .signature = "class Inner:"},
      {.name = "deep", .kind = TagKind::method, .scope = "Outer.Inner", .line = 5, .end_line = 6, .signature = "def deep(self):"},
      {.name = "after", .line = 11, .end_line = 12, .signature = "def after():"}};
  const std::vector<IndexedFile> files{{"m.py", 0, std::make_shared<const FileTags>(tags)}};
  EXPECT_EQ(repo_map(files, {.tokens = 200}).text,
            "m.py:\n  class Outer:\n    def first(self):\n    class Inner:\n      def deep(self):\n  def after():\n");
}

TEST(RepoMapPage, ShowsALineOnceHoweverMuchItDefines) {
  FileTags tags;
  tags.definitions = {{.name = "Kind", .kind = TagKind::enumeration, .line = 3, .end_line = 3, .signature = "enum Kind { a, b } kind"},
                      {.name = "kind", .kind = TagKind::field, .line = 3, .end_line = 3, .signature = "enum Kind { a, b } kind"}};
  const std::vector<IndexedFile> files{{"k.h", 0, std::make_shared<const FileTags>(tags)}};
  EXPECT_EQ(repo_map(files, {.tokens = 200}).text, "k.h:\n  enum Kind { a, b } kind\n");
}

TEST(RepoMapPage, KeepsEveryBudgetAndFillsIt) {
  const auto files = large_tree();
  const auto all = repo_map(files, {.tokens = 1'000'000}).tokens;
  for (std::size_t tokens = 0; tokens < 6'000; tokens += tokens < 200 ? 9 : 397) {
    const auto map = repo_map(files, {.tokens = tokens});
    ASSERT_EQ(map.tokens, estimated_tokens(map.text));
    ASSERT_LE(map.tokens, tokens);
    if (tokens >= 100) ASSERT_GE(map.tokens, std::min(all, tokens * 85 / 100)) << tokens;
  }
}

TEST(RepoMapPage, IsTheSameEveryTime) {
  const MapWish wish{.tokens = 900, .files = {"src/part1/file_101.py"}, .names = {"file_120"}};
  EXPECT_EQ(repo_map(large_tree(), wish).text, repo_map(large_tree(), wish).text);
}

}  // namespace
}  // namespace argosy::code
