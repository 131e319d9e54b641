// What a repository is said to be like, and by what evidence.
#include "common/code/traits/traits.h"

#include <gmock/gmock.h>

#include "tests/unit/code/kept.h"
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Made {
  std::string path;
  Language language = Language::python;
  std::vector<std::pair<TagKind, std::string>> defines{};
  std::vector<std::string> imports{};
  std::string package{};
};

Traits traits_of(const std::vector<Made>& made, Files others = {}) {
  std::vector<IndexedFile> files;
  for (const Made& one : made) {
    FileTags tags;
    tags.language = one.language;
    tags.package = one.package;
    for (const auto& [kind, name] : one.defines) tags.definitions.push_back({.name = kept(name), .kind = kind});
    for (const auto& module : one.imports) tags.imports.push_back({.module = module, .line = 1});
    files.push_back({one.path, 0, std::make_shared<const FileTags>(std::move(tags))});
    others.emplace(one.path, "");
  }
  std::ranges::sort(files, {}, &IndexedFile::path);
  const MapTree tree(others);
  return *traits_of(files, *import_graph(files, tree), tree);
}

std::vector<std::string> framework_names(const Traits& traits) {
  std::vector<std::string> names;
  for (const auto& one : traits.frameworks) names.push_back(one.name);
  return names;
}

TEST(TraitsOfFrameworks, AreSeenInImportsAndInManifests) {
  const auto traits = traits_of({{"app/main.py", Language::python, {}, {"fastapi.routing", "os"}}},
                                {{"pyproject.toml", "dependencies = [\"pytest>=8\", \"flasky\"]"}});
  EXPECT_THAT(framework_names(traits), ElementsAre("pytest", "FastAPI"));
  EXPECT_THAT(traits.frameworks[1].evidence, ElementsAre("app/main.py"));
}

TEST(TraitsOfFrameworks, AreNotSeenInNamesThatOnlyBeginSo) {
  EXPECT_THAT(
      framework_names(traits_of({}, {{"package.json", R"({"dependencies": {"react-router": "1", "preact": "1", "next-auth": "2"}})"}})),
      IsEmpty());
}

TEST(TraitsOfTests, SayWhereTheyLiveAndWhetherBesideTheSources) {
  const auto traits = traits_of({{"pkg/a.go", Language::go},
                                 {"pkg/a_test.go", Language::go},
                                 {"src/x.py"},
                                 {"tests/test_x.py"},
                                 {"tests/test_y.py"},
                                 {"tests/__init__.py"}});
  ASSERT_EQ(traits.tests.size(), 2u);
  EXPECT_EQ(traits.tests[0].pattern, "test_*.py");
  EXPECT_THAT(traits.tests[0].folders, ElementsAre("tests"));
  EXPECT_FALSE(traits.tests[0].beside_sources);
  EXPECT_EQ(traits.tests[1].pattern, "*_test.go");
  EXPECT_TRUE(traits.tests[1].beside_sources);
}

TEST(TraitsOfNaming, CountDefinitionsAndLeaveOutWhatFitsAnyStyle) {
  const auto traits = traits_of({{"a.py",
                                  Language::python,
                                  {{TagKind::function, "read_all"},
                                   {TagKind::function, "write_all"},
                                   {TagKind::method, "setUp"},
                                   {TagKind::function, "run"},
                                   {TagKind::klass, "FileBox"},
                                   {TagKind::constant, "MAX_SIZE"}}}});
  ASSERT_EQ(traits.naming.size(), 3u);
  EXPECT_EQ(traits.naming[0].of + " " + traits.naming[0].style, "constants UPPER_CASE");
  EXPECT_EQ(traits.naming[1].of + " " + traits.naming[1].style, "functions snake_case");
  EXPECT_EQ(traits.naming[1].count, 3u);
  EXPECT_NEAR(traits.naming[1].share, 2.0 / 3.0, 1e-9);
  EXPECT_EQ(traits.naming[2].of + " " + traits.naming[2].style, "types PascalCase");
}

TEST(TraitsOfArchitecture, NameEntryPointsLayersAndWhatIsLargeOrCentral) {
  const auto traits = traits_of({{"cmd/tool/main.go", Language::go, {{TagKind::function, "main"}}, {}, "main"},
                                 {"lib/not.go", Language::go, {{TagKind::function, "main"}}, {}, "lib"},
                                 {"app/__init__.py"},
                                 {"app/api/users.py", Language::python, {}, {"app.models.user"}},
                                 {"app/api/items.py", Language::python, {}, {"app.models.user"}},
                                 {"app/models/user.py", Language::python, {{TagKind::klass, "User"}, {TagKind::klass, "Role"}}}});
  EXPECT_THAT(traits.entry_points, ElementsAre("cmd/tool/main.go"));
  ASSERT_EQ(traits.layers.size(), 3u);
  EXPECT_EQ(traits.layers[1].name, "interface");
  EXPECT_EQ(traits.layers[1].files, 2u);
  EXPECT_THAT(traits.layers[1].folders, ElementsAre("app/api"));
  EXPECT_EQ(traits.largest.front().folder, "app/models");
  ASSERT_EQ(traits.central.size(), 1u);
  EXPECT_EQ(traits.central[0].path, "app/models/user.py");
}

TEST(TraitsJson, SaysAllOfIt) {
  const auto json = to_json(traits_of({{"tests/test_a.py", Language::python, {{TagKind::klass, "TestBox"}}, {"pytest"}}}));
  EXPECT_EQ(json.array_or_empty("frameworks")[0].string_or("name", ""), "pytest");
  EXPECT_EQ(json.array_or_empty("tests")[0].int_or("files", 0), 1);
  EXPECT_EQ(json.array_or_empty("naming")[0].string_or("style", ""), "snake_case");
}

}  // namespace
}  // namespace argosy::code
