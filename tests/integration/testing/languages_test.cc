// What holds in every language: dependencies come through the egress proxy, once; tests run without a network; and a change that breaks a
// test or lowers the coverage is stopped, with the reason. Every run costs a compiler's or a JVM's start: an edit breaks few tests,
// so that few are run again, and Python's honest change is in gates_test.cc.
#include "tests/integration/testing/library.h"

namespace argosy::testing {
namespace {

using ::testing::AllOf;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

struct Edit {
  std::string path, from, to;
};

struct Language {
  const char *name, *library;
  std::vector<std::string> parts;
  Files base;                    // on top of the library
  Files honest;                  // new code with its test
  Edit breaking;                 // what its own tests notice
  std::string broken;            // one of those tests
  std::string untested, source;  // a file, and code in it that no test runs
  int least_tests;
};

const Files kNoDrop{{".argosy.yaml", "coverage: {max_drop: 0}\n"}};

Files with(Files base, const Files& more) {
  base.insert(more.begin(), more.end());
  return base;
}

const Language kPython{"python",
                       "python-wsproto",
                       {},
                       {},
                       {},
                       {"src/wsproto/utilities.py", "split(b\",\")", "split(b\";\")"},
                       "test_",
                       "src/wsproto/untested.py",
                       "def sign(number: int) -> int:\n    if number < 0:\n        return -1\n    return 1\n",
                       150};

const Language kTypescript{
    "typescript",
    "typescript",
    {"src/v3/ZodError.ts", "src/v3/errors.ts", "src/v3/external.ts", "src/v3/index.ts", "src/v3/standard-schema.ts", "src/v3/types.ts",
     "src/v3/helpers", "src/v3/locales", "src/v3/tests/enum.test.ts", "src/v3/tests/nativeEnum.test.ts", "src/v3/tests/literal.test.ts",
     "src/v3/tests/error.test.ts", "src/v3/tests/string.test.ts", "src/v3/tests/object.test.ts"},
    with(kNoDrop, {{"package.json", R"({"name":"zod-v3","private":true,"type":"module","scripts":{"test":"vitest run"},)"
                                    R"("devDependencies":{"vitest":"2.1.9","@vitest/coverage-v8":"2.1.9"}})"},
                   {"vitest.config.ts",
                    "import { defineConfig } from \"vitest/config\";\n\nexport default defineConfig({\n"
                    "  resolve: { alias: { \"zod/v3\": new URL(\"./src/v3/index.ts\", import.meta.url).pathname } },\n"
                    "  test: { coverage: { include: [\"src/v3/**/*.ts\"], exclude: [\"src/v3/tests/**\"] } },\n});\n"}}),
    {{"src/v3/helpers/twice.ts", "export const twice = (n: number): number => 2 * n;\n"},
     {"src/v3/tests/twice.test.ts",
      "import { expect, test } from \"vitest\";\nimport { twice } from \"../helpers/twice.js\";\n\n"
      "test(\"doubles\", () => {\n  expect(twice(3)).toBe(6);\n});\n"}},
    {"src/v3/helpers/util.ts", "return value.toString();", "return value;"},
    "literal",
    "src/v3/helpers/sign.ts",
    "export function sign(n: number): number {\n  if (n < 0) {\n    return -1;\n  }\n  return 1;\n}\n",
    60};

const Language kGo{"go",
                   "go-multierror",
                   {},
                   kNoDrop,
                   {{"twice.go", "package multierror\n\nfunc twice(n int) int { return 2 * n }\n"},
                    {"twice_test.go",
                     "package multierror\n\nimport \"testing\"\n\nfunc TestTwice(t *testing.T) {\n\tif twice(3) != 6 "
                     "{\n\t\tt.Fatal(\"wrong\")\n\t}\n}\n"}},
                   {"format.go", "1 error occurred", "1 mistake occurred"},
                   "TestListFormatFuncSingle",
                   "sign.go",
                   "package multierror\n\n// Sign is minus one or one.\nfunc Sign(n int) int {\n\tif n < 0 {\n\t\treturn -1\n\t}\n\treturn "
                   "1\n}\n",
                   25};

const std::string kPackage = "org/apache/commons/cli/";
// As it is now: the fetched library has the one of the day when it was fetched.
const std::string kPom = read_file(ARGOSY_SOURCE_DIR "/tests/fixtures/libraries/java/pom.xml").value_or("");
const Language kJava{
    "java",
    "java",
    {},
    // What starts for a few seconds only is better off without the compiler that pays after minutes; for the tests' own JVM the pom says
    // so.
    with(kNoDrop, {{".mvn/jvm.config", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC\n"}, {"pom.xml", kPom}}),
    {{"src/main/java/" + kPackage + "Twice.java",
      "package org.apache.commons.cli;\n\nfinal class Twice {\n    static int of(final int n) {\n        return 2 * n;\n    }\n\n"
      "    private final int base = 1;\n\n    int base() {\n        return base;\n    }\n}\n"},
     {"src/test/java/" + kPackage + "TwiceTest.java",
      "package org.apache.commons.cli;\n\nimport static org.junit.Assert.assertEquals;\n\nimport org.junit.Test;\n\npublic class TwiceTest "
      "{\n    @Test\n    public void doubles() {\n        assertEquals(6, Twice.of(3));\n        assertEquals(1, new Twice().base());\n    "
      "}\n}\n"}},
    {"src/main/java/" + kPackage + "Util.java", "return null;", "return \"\";"},
    "UtilTest",
    "src/main/java/" + kPackage + "Sign.java",
    "package org.apache.commons.cli;\n\nfinal class Sign {\n    static int of(final int n) {\n        if (n < 0) {\n            return "
    "-1;\n"
    "        }\n        return 1;\n    }\n}\n",
    300};

class InFourLanguages : public OnLibrary, public ::testing::WithParamInterface<const Language*> {
 protected:
  InFourLanguages() : OnLibrary(of(*GetParam())) {}
  static const Library& of(const Language& language) {
    if (&language == &kPython) return wsproto();
    static std::map<std::string, Library> made;
    auto& one = made[language.name];
    if (one.commit.empty()) one = library(language.library, language.parts, language.base);
    return one;
  }
};

class AnHonestChange : public InFourLanguages {};

TEST_P(AnHonestChange, PassesWithDependenciesThatAreFetchedOnce) {
  const auto& language = *GetParam();
  const bool fetched = is_fetched();
  change(language.honest);
  const auto output = run();
  ASSERT_TRUE(output) << numbers(output) << "\n" << context.logged;
  EXPECT_GE(output->tests.passed, language.least_tests) << context.logged;
  EXPECT_THAT(output->failing, IsEmpty());
  EXPECT_THAT(output->set_up, fetched ? ::testing::Matcher<std::string>(Eq("cached")) : StartsWith("installed in "));
  EXPECT_THAT(outcome(*output, "coverage"), StartsWith("passed: ")) << context.logged;
  EXPECT_THAT(outcome(*output, "tests"), StartsWith("passed: "));
}

TEST_P(InFourLanguages, AChangeThatBreaksATestIsStoppedWithItsName) {
  const auto& language = *GetParam();
  const bool fetched = is_fetched();
  change({{language.breaking.path, edited(language.breaking.path, language.breaking.from, language.breaking.to)}});
  const auto output = run();
  EXPECT_ERROR(output, 'C', "tests_failed");
  EXPECT_THAT(output.error().message, HasSubstr(language.broken)) << context.logged;
  EXPECT_THAT(output.error().details, AllOf(HasSubstr("\"failing\":["), HasSubstr(language.broken)));
  if (fetched) EXPECT_THAT(context.logged, HasSubstr("Dependencies: cached"));
}

TEST_P(InFourLanguages, AChangeThatLowersTheCoverageIsStoppedWithTheLinesThatNoTestRuns) {
  const auto& language = *GetParam();
  change({{language.untested, language.source}});
  const auto output = run();
  EXPECT_ERROR(output, 'C', "coverage_dropped");
  EXPECT_THAT(output.error().message, AllOf(StartsWith("coverage fell by "), HasSubstr("more than the 0 that are allowed")));
  EXPECT_THAT(output.error().details, HasSubstr(fmt::format("\"missed\":[{{\"path\":\"{}\",\"lines\":[", language.untested)));
}

std::string name_of(const ::testing::TestParamInfo<const Language*>& info) { return info.param->name; }

INSTANTIATE_TEST_SUITE_P(Libraries, AnHonestChange, ::testing::Values(&kTypescript, &kGo, &kJava), name_of);
INSTANTIATE_TEST_SUITE_P(Libraries, InFourLanguages, ::testing::Values(&kPython, &kTypescript, &kGo, &kJava), name_of);

}  // namespace
}  // namespace argosy::testing
