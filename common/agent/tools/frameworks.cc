#include "common/agent/tools/frameworks.h"

#include <algorithm>
#include <array>
#include <string>

#include "common/core/text.h"

namespace argosy::agent {
namespace {

constexpr auto kFrameworks = std::to_array<TestFramework>({
    {"pytest", ".py", "test_*.py *_test.py", "pytest", "pyproject.toml setup.cfg tox.ini pytest.ini requirements.txt requirements-dev.txt",
     "Functions test_* in tests/test_NAME.py, plain assert, pytest.raises(Error, match=...) for failures, @pytest.mark.parametrize for "
     "tables "
     "of cases, fixtures as arguments, tmp_path for files, monkeypatch for environment and attributes."},
    {"unittest", ".py", "test_*.py", "unittest", "setup.py",
     "Classes of unittest.TestCase with methods test_*, self.assertEqual and self.assertRaises, setUp for what all need, self.subTest for "
     "tables "
     "of cases."},
    {"vitest", ".ts .tsx .js .jsx .mts .mjs", "*.test.ts *.spec.ts *.test.tsx *.test.js *.spec.js", "vitest", "package.json",
     "NAME.test.ts beside the source or in test/, import { describe, it, expect, vi } from 'vitest', it('says the promise', ...), "
     "expect(x).toEqual(y), expect(() => f()).toThrow(...), vi.fn and vi.useFakeTimers."},
    {"jest", ".ts .tsx .js .jsx .mjs .cjs", "*.test.js *.test.ts *.spec.js *.test.tsx", "jest", "package.json",
     "NAME.test.js beside the source or in __tests__/, describe and it or test, expect(x).toEqual(y), expect(() => f()).toThrow(...), "
     "await expect(p).rejects, jest.fn and jest.useFakeTimers, it.each for tables of cases."},
    {"mocha", ".js .mjs .cjs .ts", "*.test.js *.spec.js *.js", "mocha", "package.json",
     "Files in test/, describe and it, assert.strictEqual and assert.deepStrictEqual of node:assert or expect of chai, async functions or "
     "returned promises for what takes time."},
    {"node:test", ".js .mjs .cjs .ts", "*.test.js *.test.mjs", "node:test", "package.json",
     "import test from 'node:test' and assert from 'node:assert/strict', test('says the promise', ...), t.mock for functions and timers."},
    {"go test", ".go", "*_test.go", "testing", "go.mod",
     "NAME_test.go beside the source, func TestName(t *testing.T), tables of cases with t.Run(name, ...), t.Errorf with got and want, "
     "t.Fatal "
     "when going on is of no use, t.TempDir for files, t.Helper in helpers."},
    {"junit", ".java .kt", "*Test.java *Tests.java *Test.kt", "org.junit", "pom.xml build.gradle build.gradle.kts",
     "src/test/java in the package of the class, class NAMETest, @Test methods, assertEquals(expected, actual), assertThrows(Error.class, "
     "() -> "
     "...), @ParameterizedTest with @CsvSource or @MethodSource, @TempDir for files. JUnit 4 has org.junit.Test and Assert instead."},
    {"googletest", ".cc .cpp .cxx .c .h .hpp", "*_test.cc *_test.cpp *Test.cpp test_*.cpp", "gtest", "CMakeLists.txt BUILD.bazel",
     "TEST(Suite, SaysThePromise) or TEST_F with a fixture, EXPECT_EQ and EXPECT_THAT, ASSERT_ where going on is of no use, TEST_P for "
     "tables of "
     "cases. New files are named to the build."},
    {"catch2", ".cc .cpp .cxx .hpp", "*_test.cpp test_*.cpp *.test.cpp", "catch2", "CMakeLists.txt",
     "TEST_CASE(\"promise\", \"[tag]\") with SECTION, REQUIRE and CHECK, REQUIRE_THROWS_AS, GENERATE for tables of cases."},
    {"cargo test", ".rs", "*_test.rs *.rs", "#[test]", "Cargo.toml",
     "#[cfg(test)] mod tests { use super::*; } at the end of the source, or a file in tests/ for what is public; #[test] functions, "
     "assert_eq!, "
     "#[should_panic(expected = ...)], Result as return type where ? is handy."},
});

}  // namespace

std::span<const TestFramework> test_frameworks() { return kFrameworks; }

const TestFramework* test_framework(std::string_view name) {
  const auto lower = text::lower(name);
  const auto found = std::ranges::find_if(kFrameworks, [&](const TestFramework& one) {
    return one.name == lower || (one.name == "go test" && lower == "go") ||
           (one.name == "cargo test" && (lower == "cargo" || lower == "rust")) || (one.name == "googletest" && lower == "gtest") ||
           (one.name == "junit" && lower.starts_with("junit"));
  });
  return found == kFrameworks.end() ? nullptr : &*found;
}

bool is_test_file(std::string_view path) {
  const auto name = path.substr(path.rfind('/') + 1);
  for (const auto& framework : kFrameworks)
    for (const auto glob : text::split(framework.file, ' '))
      if (glob != "*.rs" && glob != "*.js" && text::path_matches(glob, name)) return true;
  return std::ranges::any_of(std::to_array<std::string_view>({"test/", "tests/", "__tests__/", "spec/"}), [&](std::string_view folder) {
    return path.starts_with(folder) || path.contains(std::string("/").append(folder));
  });
}

}  // namespace argosy::agent
