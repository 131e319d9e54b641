// What counts as a setting that a change must not make for itself.
#include "workers/testing/gates/settings.h"

#include <gtest/gtest.h>

namespace argosy::testing {
namespace {

TEST(Settings, FilesOfOneToolAreTheirs) {
  for (const char* path : {".coveragerc", "a/.nycrc.json", "nyc.config.js", ".c8rc.json"}) EXPECT_TRUE(is_coverage_config(path)) << path;
  for (const char* path : {"pyproject.toml", "coverage.py", "src/nyc.ts", "x.coveragerc"}) EXPECT_FALSE(is_coverage_config(path)) << path;
  for (const char* path : {"ruff.toml", "a/setup.cfg", ".eslintrc.json", "eslint.config.mjs"}) EXPECT_TRUE(is_lint_config(path)) << path;
  for (const char* path : {"pyproject.toml", "a/tox.ini", "package.json", "core/pom.xml", "vitest.config.mts", "jest.config.js"})
    EXPECT_TRUE(may_hold_coverage_settings(path)) << path;
  EXPECT_FALSE(may_hold_coverage_settings("src/app.py"));
}

// Whether a change from one text to the other is one of coverage settings.
bool alters(const char* path, const char* before, const char* after) {
  return coverage_settings(path, before) != coverage_settings(path, after);
}

TEST(Settings, OfCoveragePyAndPytestCovAreFoundInTheirSections) {
  const char* base = "[project]\nname = \"a\"\n\n[tool.coverage.run]\nsource = [\"a\"]\n";
  EXPECT_FALSE(alters("pyproject.toml", base, "[project]\nname = \"b\"\n\n[tool.coverage.run]\n# why\nsource = [\"a\"]\n"));
  EXPECT_TRUE(alters("pyproject.toml", base, "[project]\nname = \"a\"\n\n[tool.coverage.run]\nsource = [\"a\"]\nomit = [\"a/b.py\"]\n"));
  EXPECT_TRUE(alters("pyproject.toml", base, "[project]\nname = \"a\"\n"));
  EXPECT_TRUE(alters("pyproject.toml", "", "tool.coverage.run.omit = [\"*\"]\n"));
  EXPECT_TRUE(alters("setup.cfg", "[metadata]\nname = a\n", "[metadata]\nname = a\n[coverage:report]\nexclude_lines = def\n"));
  EXPECT_TRUE(alters("pytest.ini", "[pytest]\n", "[pytest]\naddopts = --cov-config=other\n"));
  EXPECT_FALSE(alters("tox.ini", "[pytest]\n", "[pytest]\naddopts = -q\n"));
}

TEST(Settings, OfJavaScriptAreFoundInTheirKeysOrTakenWhole) {
  const char* base = R"({"name":"a","scripts":{"test":"c8 mocha"},"c8":{"all":true}})";
  EXPECT_FALSE(
      alters("package.json", base, R"({"name":"b","dependencies":{"x":"1"},"scripts":{"test":"c8 mocha","x":"y"},"c8":{"all":true}})"));
  EXPECT_TRUE(alters("package.json", base, R"({"name":"a","scripts":{"test":"c8 mocha"},"c8":{"all":true,"exclude":["src/**"]}})"));
  EXPECT_TRUE(alters("package.json", base, R"({"name":"a","scripts":{"test":"c8 -x src mocha"},"c8":{"all":true}})"));
  EXPECT_TRUE(alters("package.json", base, "{")) << "what cannot be read is taken whole";
  EXPECT_TRUE(alters("jest.config.js", "const x = []; module.exports = {coveragePathIgnorePatterns: x};",
                     "const x = ['.']; module.exports = {coveragePathIgnorePatterns: x};"));
  EXPECT_FALSE(alters("vite.config.ts", "export default {}", "export default {resolve: {}}"));
}

TEST(Settings, OfJacocoAreFoundInItsPlugIn) {
  const char* base = "<plugins>\n<plugin><artifactId>jacoco-maven-plugin</artifactId>\n</plugin>\n<plugin>x</plugin>\n</plugins>";
  EXPECT_FALSE(alters("pom.xml", base,
                      "<plugins>\n<plugin><artifactId>jacoco-maven-plugin</artifactId>\n</plugin>\n<plugin>y</plugin>\n</plugins>"));
  EXPECT_TRUE(alters(
      "pom.xml", base,
      "<plugins>\n<plugin><artifactId>jacoco-maven-plugin</artifactId>\n<excludes>**</excludes></plugin>\n<plugin>x</plugin>\n</plugins>"));
  EXPECT_TRUE(alters("pom.xml", "", "<properties>\n<jacoco.skip>true</jacoco.skip>\n</properties>"));
  EXPECT_FALSE(alters("pom.xml", "<plugin>", "<plugin><plugin>")) << "and what does not end, ends";
}

}  // namespace
}  // namespace argosy::testing
