// Commands for a part of the tests.
#include "common/project/select.h"

#include <gtest/gtest.h>

#include "common/project/detect.h"
#include "tests/unit/project/files.h"

namespace argosy::project {
namespace {

Component of(const Files& files) { return detect(tree(files)).components.at(0); }

std::string tail(const std::optional<std::string>& command, std::string_view from) {
  return command && command->find(from) != std::string::npos ? command->substr(command->find(from)) : command.value_or("none");
}

const Files kJest{{"package.json", R"({"scripts":{"test":"jest src"}})"}, {"src/a.test.js", ""}};
const Files kMaven{{"pom.xml", ""}};
const Files kGo{{"go.mod", ""}, {"a_test.go", ""}};
const Files kPython{{"backend/test_a.py", ""}, {"backend/pyproject.toml", "[tool.pytest]"}};

TEST(SomeFiles, TakeThePlaceOfTheWholeSuite) {
  EXPECT_EQ(tail(some_files_command(of(kJest), {"src/it's.test.js"}), " --runTests"), " --runTestsByPath 'src/it'\\''s.test.js'");
  EXPECT_EQ(some_files_command(of(kJest), {"src/a.test.js"})->find("jest src"), std::string::npos) << "the script's own paths are dropped";
  EXPECT_EQ(some_files_command(of(kGo), {"a/x_test.go", "a/y_test.go", "z_test.go"}), "go test -json './a' './'");
  EXPECT_EQ(tail(some_files_command(of(kMaven), {"src/test/java/p/ATest.java", "src/test/java/p/BTest.java"}), "-Dtest"),
            "-Dtest='ATest,BTest' -DfailIfNoTests=false -Dsurefire.failIfNoSpecifiedTests=false");
  EXPECT_EQ(tail(some_files_command(of(kPython), {"backend/test_a.py", "other/test_b.py"}), " 'test"), " 'test_a.py'");
}

TEST(SomeFiles, AreLeftToTheWholeSuiteWhenThereAreNoneOrTooMany) {
  EXPECT_FALSE(some_files_command(of(kPython), {"other/test_b.py"}));
  EXPECT_FALSE(some_files_command(of(kPython), std::vector<std::string>(kMaxSelectedFiles + 1, "backend/test_a.py")));
}

TEST(OneCase, IsNamedAsItsToolWantsIt) {
  EXPECT_EQ(tail(one_case_command(of(kPython), {.classname = "test_a.TestX", .name = "test_y[a-1]", .file = "test_a.py"}), "'test_a.py"),
            "'test_a.py::TestX::test_y[a-1]'");
  EXPECT_EQ(tail(one_case_command(of(kMaven), {.classname = "p.ATest", .name = "adds(int)[1]"}), "'p."),
            "'p.ATest#adds' -DfailIfNoTests=false -Dsurefire.failIfNoSpecifiedTests=false");
  EXPECT_EQ(one_case_command(of(kGo), {.suite = "example.com/x/a", .name = "TestA/b.c"}),
            "go test -json -count=1 -run '^TestA$/^b\\.c$' 'example.com/x/a'");
  EXPECT_EQ(tail(one_case_command(of(kJest), {.name = "adds {file} (1+1)", .file = "src/a.test.js"}), " -t"),
            " -t 'adds \\{file\\} \\(1\\+1\\)' --runTestsByPath 'src/a.test.js'");
}

TEST(OneCase, IsNotGuessed) {
  EXPECT_FALSE(one_case_command(of(kPython), {.classname = "test_a", .name = "test_y"})) << "no file";
  EXPECT_FALSE(one_case_command(of(kMaven), {.name = "adds"})) << "no class";
}

}  // namespace
}  // namespace argosy::project
