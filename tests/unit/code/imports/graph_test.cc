// What imports of each language lead to, over trees whose tags are written down.
#include "common/code/imports/graph.h"

#include <gmock/gmock.h>

#include <sstream>

#include "tests/unit/code/kept.h"
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Language grammar_of(const std::string& path) {
  const auto ending = path.substr(path.rfind('.') + 1);
  if (ending == "py") return Language::python;
  if (ending == "js") return Language::javascript;
  if (ending == "ts") return Language::typescript;
  if (ending == "tsx") return Language::tsx;
  if (ending == "go") return Language::go;
  if (ending == "java") return Language::java;
  if (ending == "rs") return Language::rust;
  return ending == "c" ? Language::c : Language::cpp;
}

// A source of lines "import MODULE [NAME...]", "package NAME", "define NAME", "use NAME", "module" (in braces); other files are what they
// are.
struct Repo {
  Files files;

  ImportGraph graph() const {
    std::vector<IndexedFile> indexed;
    for (const auto& [path, text] : files) {
      if (path.ends_with(".json") || path.ends_with(".mod") || path.ends_with(".toml")) continue;
      FileTags tags;
      tags.language = grammar_of(path);
      std::istringstream lines(text);
      std::string line;
      for (std::uint32_t number = 1; std::getline(lines, line); ++number) {
        std::istringstream words(line);
        std::string what, word;
        words >> what >> word;
        if (what == "package") tags.package = word;
        if (what == "define") tags.definitions.push_back({.name = kept(word), .kind = TagKind::klass, .line = number, .exported = true});
        if (what == "module") tags.definitions.push_back({.name = "m", .kind = TagKind::module, .line = number, .end_line = number + 9});
        if (what == "use") tags.references.push_back({.name = kept(word), .line = number});
        if (what != "import") continue;
        if (word.starts_with("mod_")) word.replace(3, 1, " ");
        ImportLine import{.module = word, .line = number};
        while (words >> word) import.names.push_back(word);
        tags.imports.push_back(std::move(import));
      }
      indexed.push_back({path, 0, std::make_shared<const FileTags>(std::move(tags))});
    }
    return *import_graph(indexed, MapTree(files));
  }
};

std::vector<std::string> outside(const ImportGraph& graph) {
  std::vector<std::string> names;
  for (const auto& one : graph.externals) names.push_back(one.name);
  return names;
}
std::vector<std::string> lost(const ImportGraph& graph) {
  std::vector<std::string> names;
  for (const auto& one : graph.unresolved) names.push_back(one.module);
  return names;
}

TEST(ImportsOfPython, FollowRelativeOnesThroughPackages) {
  const auto graph = Repo{
      {{"pkg/__init__.py", ""},
       {"pkg/a.py", "import .b x\nimport . c\nimport ..top y"},
       {"pkg/b.py", ""},
       {"pkg/c.py", ""},
       {"top.py", ""}}}.graph();
  EXPECT_THAT(graph.imports_of("pkg/a.py"), ElementsAre("pkg/__init__.py", "pkg/b.py", "pkg/c.py", "top.py"));
  EXPECT_THAT(graph.importers_of("pkg/b.py"), ElementsAre("pkg/a.py"));
}

TEST(ImportsOfPython, FindPackagesBelowSrcAndNameWhatIsOutside) {
  const auto graph = Repo{{{"src/app/__init__.py", ""},
                           {"src/app/core.py", "import json\nimport requests.sessions\nimport app.models User"},
                           {"src/app/json.py", ""},
                           {"src/app/models/__init__.py", ""},
                           {"tests/test_core.py", "import app.core run\nimport app.gone"}}}
                         .graph();
  EXPECT_THAT(graph.imports_of("src/app/core.py"), ElementsAre("src/app/models/__init__.py"));
  EXPECT_THAT(graph.imports_of("tests/test_core.py"), ElementsAre("src/app/core.py"));
  EXPECT_THAT(outside(graph), ElementsAre("json", "requests"));
  EXPECT_THAT(lost(graph), ElementsAre("app.gone"));
}

TEST(ImportsOfPython, KnowNamespaceFolders) {
  const auto graph = Repo{{{"main.py", "import ns.tool go\nimport ns tool"}, {"ns/tool.py", ""}}}.graph();
  EXPECT_THAT(graph.imports_of("main.py"), ElementsAre("ns/tool.py"));
  EXPECT_THAT(lost(graph), IsEmpty());
}

TEST(ImportsOfScripts, LeaveOutEndingsAndIndexFiles) {
  const auto graph = Repo{
      {{"src/a.ts", "import ./b\nimport ./lib\nimport ../c.js\nimport ./data.json\nimport ./gone"},
       {"src/b.tsx", ""},
       {"src/lib/index.ts", ""},
       {"src/data.json", "{}"},
       {"c.ts", ""}}}.graph();
  EXPECT_THAT(graph.imports_of("src/a.ts"), ElementsAre("c.ts", "src/b.tsx", "src/data.json", "src/lib/index.ts"));
  EXPECT_THAT(lost(graph), ElementsAre("./gone"));
}

TEST(ImportsOfScripts, KnowThePackagesOfAWorkspace) {
  const auto graph =
      Repo{{{"packages/core/package.json", R"({"name": "@my/core", "main": "dist/index.js"})"},
            {"packages/core/src/index.ts", ""},
            {"packages/core/src/deep.ts", ""},
            {"packages/app/package.json", R"({"name": "app", "exports": {".": {"import": "./main.mjs"}}})"},
            {"packages/app/main.js", "import @my/core\nimport @my/core/deep\nimport @other/x/y\nimport lodash/fp\nimport node:fs"}}}
          .graph();
  EXPECT_THAT(graph.imports_of("packages/app/main.js"), ElementsAre("packages/core/src/deep.ts", "packages/core/src/index.ts"));
  EXPECT_THAT(outside(graph), ElementsAre("@other/x", "lodash", "node:fs"));
}

TEST(ImportsOfScripts, FollowTheAliasesOfTsconfigAndOfWhatItExtends) {
  const auto graph = Repo{
      {{"tsconfig.base.json",
        "{ // all\n \"compilerOptions\": {\"baseUrl\": \".\", \"paths\": {\"@lib/*\": [\"gen/*\", \"libs/*/src\"],}}}"},
       {"web/tsconfig.json", R"({"extends": "../tsconfig.base"})"},
       {"web/a.ts", "import @lib/net\nimport libs/net/src/index\nimport @lib/none"},
       {"libs/net/src/index.ts", ""},
       {"other/tsconfig.json", R"({"compilerOptions": {"paths": {"~shared": ["./shared.ts"]}}})"},
       {"other/b.ts", "import ~shared\nimport @lib/net"},
       {"other/shared.ts",
        ""}}}.graph();
  EXPECT_THAT(graph.imports_of("web/a.ts"), ElementsAre("libs/net/src/index.ts"));
  EXPECT_THAT(graph.imports_of("other/b.ts"), ElementsAre("other/shared.ts"));
}

TEST(ImportsOfScripts, TakeTheMarkedPathForTheSourceFolder) {
  const auto graph = Repo{{{"app/src/a.ts", "import @/util/x\nimport @/gone"}, {"app/src/util/x.ts", ""}}}.graph();
  EXPECT_THAT(graph.imports_of("app/src/a.ts"), ElementsAre("app/src/util/x.ts"));
  EXPECT_THAT(lost(graph), ElementsAre("@/gone"));
}

TEST(ImportsOfGo, LeadToTheFilesOfAPackageThatDefineWhatIsUsed) {
  const auto graph = Repo{
      {{"go.mod", "module example.com/app\n\nrequire (\n\tgithub.com/x/y v1.2.0\n)\n"},
       {"main.go", "import example.com/app/store\nimport fmt\nimport github.com/x/y/z\nimport example.com/app/gone\nuse Open"},
       {"store/open.go", "define Open"},
       {"store/close.go", "define Close"},
       {"store/open_test.go",
        "define Open"}}}.graph();
  EXPECT_THAT(graph.imports_of("main.go"), ElementsAre("store/open.go"));
  EXPECT_THAT(outside(graph), ElementsAre("fmt", "github.com/x/y"));
  EXPECT_THAT(lost(graph), ElementsAre("example.com/app/gone"));
}

TEST(ImportsOfGo, PreferTheInnerOfTwoModules) {
  const auto graph = Repo{{{"go.mod", "module m.org/a"},
                           {"sub/go.mod", "module m.org/a/sub // inner"},
                           {"sub/p/p.go", "define P"},
                           {"main.go", "import m.org/a/sub/p"}}}
                         .graph();
  EXPECT_THAT(graph.imports_of("main.go"), ElementsAre("sub/p/p.go"));
}

TEST(ImportsOfJava, KnowClassesNestedOnesStaticMembersAndPackages) {
  const auto graph =
      Repo{{{"src/main/java/a/A.java", "package a\nimport b.B\nimport b.C.Inner\nimport b.D.run\nimport java.util.List\nimport b.Gone"},
            {"src/main/java/b/B.java", "package b\ndefine B"},
            {"src/main/java/b/C.java", "package b\ndefine C"},
            {"src/main/java/b/D.java", "package b\ndefine D"},
            {"src/main/java/c/All.java", "package c\nimport b *\nuse D"}}}
          .graph();
  EXPECT_THAT(graph.imports_of("src/main/java/a/A.java"),
              ElementsAre("src/main/java/b/B.java", "src/main/java/b/C.java", "src/main/java/b/D.java"));
  EXPECT_THAT(graph.imports_of("src/main/java/c/All.java"), ElementsAre("src/main/java/b/D.java"));
  EXPECT_THAT(outside(graph), ElementsAre("java.util"));
  EXPECT_THAT(lost(graph), ElementsAre("b.Gone"));
}

TEST(ImportsOfC, LookBesideTheFileAndThenForTheOnePathThatEndsSo) {
  const auto graph = Repo{
      {{"src/a.cc", "import a.h\nimport net/url.h\nimport <vector>\nimport <string.h>\nimport <lib/api.h>\nimport util.h"},
       {"src/a.h", ""},
       {"include/net/url.h", ""},
       {"include/lib/api.h", ""},
       {"src/detail/string.h", ""},
       {"x/util.h", ""},
       {"y/util.h", ""}}}.graph();
  EXPECT_THAT(graph.imports_of("src/a.cc"), ElementsAre("include/lib/api.h", "include/net/url.h", "src/a.h"));
  EXPECT_THAT(outside(graph), ElementsAre("string.h", "vector"));
  EXPECT_THAT(lost(graph), ElementsAre("util.h"));
}

TEST(ImportsOfRust, FollowTheModuleTree) {
  const auto graph = Repo{{{"Cargo.toml", "[package]\nname = \"my-app\"\n"},
                           {"src/lib.rs", "import mod_net\nimport serde Serialize\nimport mod_gone"},
                           {"src/net/mod.rs", "import self::url\nimport super::io Read"},
                           {"src/net/url.rs", "import super Client\nimport crate::io::deep Deep"},
                           {"src/io.rs", "import mod_deep\nmodule\nimport super Read"},
                           {"src/io/deep.rs", ""},
                           {"tests/all.rs", "import my_app::net url Client"}}}
                         .graph();
  EXPECT_THAT(graph.imports_of("src/lib.rs"), ElementsAre("src/net/mod.rs"));
  EXPECT_THAT(graph.imports_of("src/net/mod.rs"), ElementsAre("src/io.rs", "src/net/url.rs"));
  EXPECT_THAT(graph.imports_of("src/net/url.rs"), ElementsAre("src/io/deep.rs", "src/net/mod.rs"));
  EXPECT_THAT(graph.imports_of("src/io.rs"), ElementsAre("src/io/deep.rs"));
  EXPECT_THAT(graph.imports_of("tests/all.rs"), ElementsAre("src/net/mod.rs", "src/net/url.rs"));
  EXPECT_THAT(outside(graph), ElementsAre("serde"));
  EXPECT_THAT(lost(graph), ElementsAre("mod gone"));
}

TEST(Imports, SurviveCirclesInWhatConfigurationsExtend) {
  const auto graph = Repo{
      {{"tsconfig.json", R"({"extends": "./other.json"})"},
       {"other.json", R"({"extends": "./tsconfig.json"})"},
       {"a.ts", "import ./b"},
       {"b.ts", ""}}}.graph();
  EXPECT_THAT(graph.imports_of("a.ts"), ElementsAre("b.ts"));
}

}  // namespace
}  // namespace argosy::code
