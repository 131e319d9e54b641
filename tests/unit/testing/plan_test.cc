// What is run, decided from a repository's files alone, and why.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "workers/testing/runs/plan.h"
#include "workers/testing/runs/test_paths.h"

namespace argosy::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using Files = std::map<std::string, std::string>;

Tree tree(const Files& files) {
  Tree made{{}, [files](const std::string& path) { return files.contains(path) ? files.at(path) : std::string(); }};
  for (const auto& [path, bytes] : files) made.files.push_back(path);
  return made;
}

Result<Plan> planned(const Tree& tree, const std::string& test_command, const std::vector<std::string>& changed) {
  ARGOSY_TRY(const auto chosen, choose_component(tree, {}, {}, {.test_command = test_command}, changed));
  return make_plan(chosen);
}

Plan plan(const Files& files, const std::vector<std::string>& changed = {}) {
  const auto made = planned(tree(files), "", changed);
  return made ? *made : Plan{.framework = made.error().code, .reason = {}, .command = {}};
}

std::string script(const std::string& test) { return R"({"scripts":{"test":")" + test + R"("}})"; }

TEST(Plan, FindsTheFrameworkAndSaysWhy) {
  const std::tuple<Files, const char*, const char*> cases[] = {
      {{{"go.mod", ""}, {"a_test.go", ""}}, "go", "go.mod"},
      {{{"go.mod", ""}, {"a.go", ""}}, "no_tests_found", ""},
      {{{"pom.xml", ""}}, "maven", "pom.xml"},
      {{{"build.gradle.kts", ""}}, "gradle", "build.gradle"},
      {{{"package.json", script("jest --coverage")}}, "jest", "runs jest"},
      {{{"package.json", script("vitest run")}}, "vitest", "runs vitest"},
      {{{"package.json", script("nyc mocha")}}, "mocha", "runs mocha"},
      {{{"package.json", script("node --test test/")}}, "node", "node --test"},
      {{{"package.json", script("node ./run-tests.js")}}, "npm-script", "test script"},
      {{{"package.json", script("echo jester")}}, "npm-script", "test script"},
      {{{"package.json", script("echo \\\"Error: no test specified\\\" && exit 1")}}, "no_tests_found", ""},
      {{{"package.json", R"({"devDependencies":{"mocha":"10"}})"}}, "mocha", "depends on mocha"},
      {{{"package.json", "{}"}, {"lib/calc.test.mjs", ""}}, "node", "finds by itself"},
      {{{"package.json", "not json"}}, "no_tests_found", ""},
      {{{"test_a.py", "import unittest"}}, "unittest", "unittest"},
      {{{"test_a.py", "import unittest\nimport pytest"}}, "pytest", "import pytest"},
      {{{"test_a.py", "import unittest"}, {"conftest.py", ""}}, "pytest", "conftest.py"},
      {{{"test_a.py", "import unittest"}, {"pyproject.toml", "[tool.pytest.ini_options]"}}, "pytest", "pyproject.toml"},
      {{{"test_a.py", "import unittest"}, {"requirements-dev.txt", "pytest>=7"}}, "pytest", "requirements-dev.txt"},
      {{{"a_test.py", "def test_x(): pass"}}, "pytest", "plain functions"},
      {{{"setup.py", ""}, {"lib.py", ""}}, "no_tests_found", ""},
      {{}, "no_tests_found", ""},
  };
  for (const auto& [files, framework, reason] : cases) {
    const auto made = plan(files);
    EXPECT_EQ(made.framework, framework) << files.begin()->first << ": " << files.begin()->second;
    EXPECT_THAT(made.reason, HasSubstr(reason));
  }
}

TEST(Plan, TheSettingsCommandWins) {
  const auto made = planned(tree({{"go.mod", ""}, {"a_test.go", ""}}), "make check", {});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->framework, "test_command");
  EXPECT_EQ(made->command, "make check");
}

TEST(Plan, OfSeveralLanguagesTheOneOfTheChangeIsTested) {
  const Files both{{"package.json", script("jest")}, {"test_a.py", "import pytest"}, {"a.py", ""}};
  EXPECT_EQ(plan(both, {"a.py", "README"}).framework, "pytest");
  EXPECT_EQ(plan(both, {"src/a.tsx"}).framework, "jest");
  EXPECT_EQ(plan(both, {}).framework, "pytest") << "most sources are Python's";
  EXPECT_THAT(plan(both, {"a.py"}).reason, HasSubstr("of pytest, jest it fits the changed files best"));
}

TEST(Plan, AsksKnownToolsForAReportAndLeavesWhatItDoesNotUnderstandAlone) {
  EXPECT_THAT(plan({{"package.json", script("jest src")}}).command, HasSubstr("jest src --ci --json --outputFile="));
  EXPECT_THAT(plan({{"package.json", script("eslint . && jest")}}).command, StartsWith("jest --ci --json --outputFile="));
  EXPECT_EQ(plan({{"package.json", script("jest | cat")}}).command, "jest | cat");
  EXPECT_EQ(plan({{"package.json", script("vitest --reporter=dot")}}).command, "vitest --reporter=dot --testTimeout=300000");
  EXPECT_THAT(plan({{"package.json", script("node --test test/*.js")}}).command,
              ::testing::AllOf(StartsWith("node --test --test-reporter=spec"), ::testing::EndsWith(" test/*.js")));
  EXPECT_THAT(plan({{"package.json", R"({"scripts":{"pretest":"tsc","test":"jest"}})"}}).command, StartsWith("{ tsc; } && jest"));
}

TEST(Plan, EntersTheFolderOfAComponent) {
  const Files files{{"backend/go.mod", ""}, {"backend/a_test.go", ""}, {"web/package.json", script("jest")}, {"web/a.ts", ""}};
  EXPECT_THAT(plan(files, {"web/a.ts"}).command, StartsWith("cd 'web' || exit 1\njest --ci"));
  EXPECT_EQ(plan(files, {"backend/a.go"}).command, "cd 'backend' || exit 1\ngo test -json ./... -timeout=300s");
  EXPECT_THAT(plan(files, {"web/a.ts"}).reason, HasSubstr("jest in web"));
}

TEST(Plan, FindsWhereUnittestsLie) {
  EXPECT_EQ(plan({{"tests/test_a.py", "import unittest"}}).command, "python3 -m unittest discover -v -s tests");
  EXPECT_EQ(plan({{"tests/__init__.py", ""}, {"tests/test_a.py", "import unittest"}}).command,
            "python3 -m unittest discover -v -t . -s tests");
  EXPECT_EQ(plan({{"a_test.py", "import unittest"}}).command, "python3 -m unittest discover -v -p '*_test.py'");
}

TEST(Plan, GoTakesAVendorFolderOverAModuleCache) {
  EXPECT_EQ(plan({{"go.mod", ""}, {"a_test.go", ""}}).env.at("GOFLAGS"), "-mod=mod");
  EXPECT_FALSE(plan({{"go.mod", ""}, {"a_test.go", ""}, {"vendor/modules.txt", ""}}).env.contains("GOFLAGS"));
}

TEST(Plan, ToolsThatSetUpBroughtAreLookedForWhereItPutThem) {
  const auto files =
      tree({{"web/package.json", R"({"scripts":{"test":"vitest run"},"devDependencies":{"vitest":"2"}})"}, {"web/a.ts", ""}});
  const auto chosen = choose_component(files, {}, {}, {}, {});
  ASSERT_TRUE(chosen);
  const auto made = make_plan(*chosen, "", true);
  EXPECT_THAT(made.script, HasSubstr("$ARGOSY_CACHE_DIR/modules"));
  EXPECT_EQ(made.command.find("ARGOSY_CACHE_DIR"), std::string::npos) << "people read the command without its preparation";
  ASSERT_FALSE(made.needs.empty());
  for (const auto& need : made.needs)
    EXPECT_THAT(need.check, ::testing::AllOf(HasSubstr("cd 'web'"), HasSubstr("$ARGOSY_CACHE_DIR/modules")));
  for (const auto& need : make_plan(*chosen).needs) EXPECT_EQ(need.check.find("ARGOSY_CACHE_DIR"), std::string::npos);
}

TEST(TestPaths, AreMadeKnownByTheirNames) {
  sandbox::Job job;
  add_test_paths(job,
                 {"/cache/gomodcache", "/cache/m2", "/home/x/.m2/repository/", "/cache/js/node_modules", "/venv/lib/site-packages",
                  "/opt/tool/bin", "/data"},
                 "/workspace");
  EXPECT_THAT(job.read_only, ElementsAre("/cache/gomodcache", "/cache/m2", "/home/x/.m2/repository", "/cache/js/node_modules",
                                         "/venv/lib/site-packages", "/opt/tool/bin", "/data"));
  EXPECT_EQ(job.env.at("GOMODCACHE"), "/cache/gomodcache");
  EXPECT_EQ(job.env.at("GOPROXY"), "off");
  EXPECT_EQ(job.env.at("MAVEN_OPTS"), "-Dmaven.repo.local=/home/x/.m2/repository");
  EXPECT_EQ(job.read_only_at.at("/node_modules"), "/cache/js/node_modules");
  EXPECT_EQ(job.env.at("PYTHONPATH"), "/workspace/src:/workspace:/venv/lib/site-packages");
  EXPECT_THAT(job.env.at("PATH"), StartsWith("/workspace/node_modules/.bin:/cache/js/node_modules/.bin:/opt/tool/bin:/usr/local/bin:"));
}

}  // namespace
}  // namespace argosy::testing
