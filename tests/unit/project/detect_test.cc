// What a repository is made of, decided from its files alone, and why.
#include "common/project/detect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/project/describe.h"
#include "tests/unit/project/files.h"

namespace argosy::project {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Component chosen(const Files& files, const std::vector<std::string>& changed = {}, const HasProgram& has_program = {}) {
  const auto project = detect(tree(files), has_program);
  const auto* component = choose(project, changed);
  return component == nullptr ? Component{} : *component;
}

std::string words(const Component& component) { return component.language + " " + component.framework + " " + component.package_manager; }

std::string commands(const Component& component) {
  std::string all;
  for (const auto& command : component.set_up.commands) all += command + "\n";
  return all;
}

std::string package(const std::string& test, const std::string& packages = "{}") {
  return R"({"scripts":{"test":")" + test + R"("},"devDependencies":)" + packages + "}";
}

TEST(Detect, TellsLanguageFrameworkAndPackageManager) {
  const std::tuple<Files, const char*> cases[] = {
      {{{"pyproject.toml", "[tool.pytest.ini_options]"}, {"test_a.py", ""}}, "python pytest pip"},
      {{{"uv.lock", ""}, {"pyproject.toml", "[dependency-groups]\ndev = [\"pytest\"]"}, {"tests/test_a.py", ""}}, "python pytest uv"},
      {{{"poetry.lock", ""}, {"pyproject.toml", "[tool.poetry.group.dev.dependencies]\npytest = \"*\""}, {"tests/test_a.py", ""}},
       "python pytest poetry"},
      {{{"Pipfile", "[dev-packages]\npytest = \"*\""}, {"Pipfile.lock", "{}"}, {"test_a.py", ""}}, "python pytest pipenv"},
      {{{"manage.py", "os.environ['DJANGO_SETTINGS_MODULE']"}, {"app/tests.py", "from django.test import TestCase"}}, "python django pip"},
      {{{"package.json", package("jest")}, {"pnpm-lock.yaml", ""}}, "javascript jest pnpm"},
      {{{"package.json", package("vitest")}, {"yarn.lock", ""}, {"tsconfig.json", ""}, {"src/a.ts", ""}}, "typescript vitest yarn"},
      {{{"package.json", package("ava")}}, "javascript ava npm"},
      {{{"package.json", package("tap test/*.js")}}, "javascript tap npm"},
      {{{"package.json", package("tape test/*.js")}}, "javascript tape npm"},
      {{{"package.json", package("react-scripts test")}}, "javascript jest npm"},
      {{{"package.json", package("node --import tsx --test test/*.ts")}}, "javascript node --test npm"},
      {{{"package.json", R"({"packageManager":"pnpm@9.1.0","scripts":{"test":"mocha"}})"}}, "javascript mocha pnpm"},
      {{{"go.mod", "module x"}, {"a_test.go", ""}}, "go go test go modules"},
      {{{"pom.xml", ""}, {"src/test/java/ATest.java", "import org.junit.jupiter.api.Test;"}}, "java junit5 maven"},
      {{{"pom.xml", ""}, {"src/test/java/ATest.java", "import org.junit.Test;"}}, "java junit4 maven"},
      {{{"build.gradle.kts", "testng"}, {"src/main/kotlin/A.kt", ""}}, "kotlin testng gradle"},
      {{{"Cargo.toml", "[package]"}, {"src/lib.rs", ""}}, "rust cargo test cargo"},
      {{{"CMakeLists.txt", "enable_testing()"}, {"a.cc", ""}}, "c++ ctest cmake"},
      {{{"CMakeLists.txt", "add_test(a)"}, {"a.c", ""}}, "c ctest cmake"},
      {{{"CMakeLists.txt", "project(a)"}, {"a.c", ""}}, "  "},
      {{{"README.md", ""}}, "  "},
  };
  for (const auto& [files, expected] : cases) EXPECT_EQ(words(chosen(files)), expected) << files.begin()->first;
}

TEST(Detect, SaysWhyByFile) {
  const auto component = chosen({{"package.json", package("jest")}, {"yarn.lock", ""}, {".nvmrc", "20\n"}});
  std::vector<std::string> said;
  for (const auto& [file, says] : component.evidence) said.push_back(file + " " + says);
  EXPECT_THAT(said, Contains("yarn.lock is the lock file of yarn"));
  EXPECT_THAT(said, Contains("package.json the script \"test\" is: jest"));
  EXPECT_THAT(said, Contains(".nvmrc asks for Node.js 20"));
  EXPECT_EQ(component.runtime_version_wanted, "20");
}

TEST(Detect, GivesNodesRunnerItsArgumentsWhereItTakesThem) {
  EXPECT_THAT(chosen({{"package.json", package("node --test-concurrency=1 --test test")}}).test.command,
              StartsWith("node --test-concurrency=1 --test --test-reporter=spec "));
  EXPECT_THAT(chosen({{"package.json", package("node '--test'")}}).test.command, StartsWith("node '--test' --test-reporter=spec "));
  EXPECT_THAT(chosen({{"package.json", package("node --test=x")}}).test.command, StartsWith("node --test=x "));
}

TEST(Detect, FollowsScriptsToTheToolAndLeavesOtherChecksOut) {
  const Files files{
      {"package.json", R"({"scripts":{"test":"npm run lint && npm run unit && tsd","lint":"eslint .","unit":"mocha test"}})"}};
  EXPECT_EQ(chosen(files).test.command, "mocha test");
  const auto several = chosen({{"package.json", package("mocha a && jest b && mocha c")}});
  EXPECT_EQ(several.framework + several.test.report_file, "mocha") << "one report would not tell of all";
  const Files nested{{"package.json", R"({"scripts":{"test":"yarn a && yarn b","a":"npm run c && tsc","b":"xo","c":"ava","d":"x"}})"}};
  EXPECT_EQ(chosen(nested).test.command, "ava --tap && tsc");
  EXPECT_EQ(chosen({{"package.json", R"({"scripts":{"test":"npm run test"}})"}}).test.runner, "npm-script") << "a script that calls itself";
  EXPECT_EQ(chosen({{"package.json", R"({"scripts":{"test":"yarn a && yarn a","a":"yarn test && yarn test"}})"}}).test.runner, "npm-script")
      << "a bomb of scripts";
}

TEST(Detect, FindsComponentsInFoldersAndChoosesByTheChange) {
  const Files files{{"backend/pyproject.toml", "[tool.pytest]"},
                    {"backend/tests/test_a.py", ""},
                    {"backend/app.py", ""},
                    {"web/package.json", package("vitest run")},
                    {"web/src/a.ts", ""},
                    {"web/examples/x/package.json", package("jest")}};
  EXPECT_EQ(chosen(files, {"web/src/a.ts"}).folder, "web");
  EXPECT_EQ(chosen(files, {"backend/app.py"}).folder, "backend");
  EXPECT_EQ(detect(tree(files)).components.size(), 2u) << "examples are not ours";
  EXPECT_EQ(chosen(files, {"backend/app.py"}).evidence.front().file, "backend/pyproject.toml");
}

TEST(Detect, TheDeepestComponentOwnsAFile) {
  const Files files{{"go.mod", "module x"}, {"a_test.go", ""}, {"tool/go.mod", "module y"}, {"tool/b_test.go", ""}};
  EXPECT_EQ(chosen(files, {"tool/b.go"}).folder, "tool");
  EXPECT_EQ(chosen(files, {"a.go"}).folder, "");
}

TEST(Detect, AMemberOfAWorkspaceIsInstalledWithIt) {
  const Files files{{"package.json", R"({"private":true,"workspaces":["packages/*"]})"},
                    {"package-lock.json", ""},
                    {"packages/a/package.json", package("vitest run")},
                    {"packages/a/a.js", ""}};
  const auto component = chosen(files);
  EXPECT_EQ(component.folder, "packages/a");
  EXPECT_EQ(component.set_up.folder, "");
  EXPECT_THAT(commands(component), HasSubstr("npm ci"));
  EXPECT_THAT(script(component, component.test.command, true), HasSubstr("cd 'packages/a'"));
}

TEST(Detect, ModulesOfMavenArePartsOfTheirRoot) {
  EXPECT_EQ(detect(tree({{"pom.xml", ""}, {"a/pom.xml", ""}, {"a/src/A.java", ""}})).components.size(), 1u);
}

TEST(SetUp, TakesTheLockFileAtItsWord) {
  EXPECT_THAT(commands(chosen({{"package.json", package("jest", R"({"jest":"1"})")}, {"package-lock.json", ""}})), StartsWith("npm ci "));
  EXPECT_THAT(commands(chosen({{"package.json", package("jest", R"({"jest":"1"})")}})), StartsWith("npm install "));
  EXPECT_THAT(commands(chosen({{"package.json", package("jest", R"({"jest":"1"})")}, {"pnpm-lock.yaml", "lockfileVersion: '6.0'"}})),
              ::testing::AllOf(HasSubstr("pnpm@8"), HasSubstr("--frozen-lockfile")));
  EXPECT_THAT(commands(chosen({{"package.json", package("jest", R"({"jest":"1"})")}, {"yarn.lock", "__metadata:\n"}})),
              HasSubstr("--immutable"));
  EXPECT_THAT(commands(chosen({{"Cargo.toml", ""}, {"Cargo.lock", ""}})), HasSubstr("cargo fetch --locked"));
}

TEST(SetUp, HasNothingToDoWhereNothingIsNeeded) {
  EXPECT_EQ(commands(chosen({{"package.json", package("node --test")}})), "");
  EXPECT_EQ(commands(chosen({{"go.mod", "module x\n"}, {"a_test.go", ""}})), "");
}

TEST(SetUp, InstallsThePythonProjectWithWhatItsTestsNeed) {
  const auto extras =
      chosen({{"pyproject.toml", "[project]\nname = \"a\"\n[project.optional-dependencies]\ntest = [\n  \"pytest\",\n]\ndocs = [\"x\"]"},
              {"requirements.txt", "attrs"},
              {"requirements/docs.txt", "sphinx"},
              {"tests/test_a.py", ""}});
  EXPECT_THAT(commands(extras), HasSubstr(" -r 'requirements.txt' -e '.[test]'"));
  EXPECT_THAT(commands(extras), Not(HasSubstr("docs")));
  const auto tox = chosen({{"setup.py", "setup()"},
                           {"tox.ini", "[testenv]\ndeps =\n  pytest\n  mock ; python_version<'4'\n  {env:X}\n  -r more.txt\n"},
                           {"more.txt", ""},
                           {"tests/test_a.py", ""}});
  EXPECT_THAT(commands(tox), HasSubstr(" -e . 'pytest' 'mock ; python_version<'\\''4'\\''' -r 'more.txt'"));
}

TEST(SetUp, NamesTheFilesThatMakeTheCachesKey) {
  EXPECT_THAT(chosen({{"web/package.json", package("jest", R"({"jest":"1"})")}, {"web/yarn.lock", ""}, {"web/a.js", ""}}).set_up.key_files,
              ElementsAre("web/package.json", "web/yarn.lock"));
}

TEST(Checks, AreThoseThatTheProjectConfigures) {
  const auto python =
      chosen({{"test_a.py", ""}, {"setup.cfg", "[flake8]\nmax-line-length = 99\n"}, {"pyproject.toml", "[tool.black]\nline-length = 99"}});
  ASSERT_EQ(python.lint.size(), 1u);
  EXPECT_EQ(python.lint[0].tool + ": " + python.lint[0].why, "flake8: setup.cfg has [flake8]");
  ASSERT_EQ(python.format.size(), 1u);
  EXPECT_EQ(python.format[0].tool, "black");
  const auto plain = chosen({{"test_a.py", ""}});
  EXPECT_TRUE(plain.lint.empty() && plain.format.empty());
  const auto script = chosen({{"package.json", package("jest", R"({"prettier":"3"})")}, {"eslint.config.mjs", ""}});
  EXPECT_EQ(script.lint.at(0).why, "eslint.config.mjs configures it");
  EXPECT_EQ(script.format.at(0).tool, "prettier");
}

TEST(Checks, ToolsThatMustBeInstalledAreAskedFor) {
  const Files files{{"go.mod", ""}, {"a_test.go", ""}, {".golangci.yml", "version: \"2\""}};
  EXPECT_EQ(chosen(files).lint.at(0).tool, "go vet");
  EXPECT_THAT(chosen(files).notes, ElementsAre(HasSubstr("golangci-lint")));
  const auto with = chosen(files, {}, [](const std::string& name) { return name == "golangci-lint"; });
  EXPECT_THAT(with.lint.at(0).command, HasSubstr("--output.json.path="));
}

TEST(Checks, CoverageKnowsTheReport) {
  EXPECT_EQ(chosen({{"test_a.py", ""}, {"requirements.txt", "pytest-cov"}}).coverage->tool, "pytest-cov");
  EXPECT_THAT(chosen({{"test_a.py", ""}}).coverage->command, StartsWith("python3 -m coverage run --source=. -m pytest "));
  EXPECT_EQ(chosen({{"package.json", package("nyc mocha x", R"({"nyc":"15"})")}}).coverage->command,
            "nyc --reporter=lcovonly --report-dir=\"$ARGOSY_REPORT_DIR/coverage\" mocha x");
  EXPECT_EQ(chosen({{"pom.xml", "jacoco-maven-plugin"}}).coverage->command, "mvn -B -o -fae test jacoco:report");
}

TEST(Missing, NamesTheProgramsThatAreNotThere) {
  const auto component = chosen({{"pom.xml", ""}});
  const auto gone = missing(component, [](const std::string& name) { return name == "java"; });
  ASSERT_EQ(gone.size(), 1u);
  EXPECT_EQ(gone[0].what, "Maven");
}

TEST(Hints, TellWhatDockerfilesAndVersionFilesExpect) {
  const auto project =
      detect(tree({{"Dockerfile",
                    "FROM --platform=x python:3.11-slim AS base\nRUN apt-get update && apt-get install -y --no-install-recommends \\\n"
                    "    libpq-dev gcc=4 \\\n  && rm -rf /x\nFROM maven:3.9-eclipse-temurin-17\n"},
                   {".tool-versions", "nodejs 20.11.0 # why\n"},
                   {".devcontainer/devcontainer.json", R"({"image":"mcr.example/go:1-1.22"})"}}));
  std::vector<std::string> said;
  for (const auto& hint : project.hints) said.push_back(hint.kind + " " + hint.name + " " + hint.value);
  EXPECT_THAT(said, ::testing::IsSupersetOf({"base_image python:3.11-slim ", "runtime python 3.11", "package libpq-dev ", "runtime java 17",
                                             "runtime node 20.11.0", "runtime go 1"}));
  EXPECT_THAT(said, Not(Contains("package rm ")));
}

TEST(Override, TheFileOfTheRepositoryWinsAndTheSettingsOverIt) {
  auto file =
      parse_repo_file("test: {command: make check, report: out/junit.xml}\nsetup: {commands: [make deps]}\nbench: {command: make bench}\n");
  ASSERT_TRUE(file);
  const auto found = chosen({{"web/package.json", package("jest")}, {"web/a.js", ""}});
  const auto component = overridden(found, *file, {});
  EXPECT_THAT(component.test.command, StartsWith("cd .. && { { make check\n}; code=$?; cp -- 'out/junit.xml' \"$ARGOSY_REPORT_DIR/\""));
  EXPECT_EQ(component.test.report_file, "junit.xml");
  EXPECT_TRUE(component.test.exit_code_decides);
  EXPECT_THAT(component.set_up.commands, ElementsAre("make deps"));
  EXPECT_EQ(component.bench->command, "cd .. && { make bench\n}");
  const auto set = overridden(found, *file, {.setup_command = "sh fetch.sh", .test_command = "sh x.sh"});
  EXPECT_THAT(set.test.command, HasSubstr("sh x.sh"));
  EXPECT_THAT(set.set_up.commands, ElementsAre("sh fetch.sh"));
}

TEST(Describe, IsJsonWhateverTheFilesHold) {
  const Files files{{"package.json", R"({"scripts":{"test":"jest \u0001 \"x"}})"}, {"Dockerfile", "FROM \xff\xfe:1\n"}, {"a\xff.py", ""}};
  const auto text = json::dump(describe(detect(tree(files)), {}, {}, [](const std::string&) { return false; }));
  const auto parsed = json::parse(text);
  ASSERT_TRUE(parsed) << text;
  EXPECT_EQ(parsed->string_or("framework", ""), "jest");
  EXPECT_EQ(parsed->array_or_empty("missing").size(), 1u);
  EXPECT_TRUE(describe(Project{}, {}, {}, {}).find("language")->is_null());
}

}  // namespace
}  // namespace argosy::project
