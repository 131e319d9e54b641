// Promises of the list of protected files, and of the approval that lifts it.
#include "common/tasks/guards/protected_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace argosy::tasks {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ProtectedFiles, AreWorkflowsOfAllForges) {
  for (const char* path :
       {".github/workflows/ci.yml", ".github/actions/set-up/action.yml", ".gitlab-ci.yml", "ci/build.gitlab-ci.yml", ".circleci/config.yml",
        ".gitea/workflows/a.yaml", ".forgejo/workflows/a.yaml", ".buildkite/pipeline.yml", "Jenkinsfile", "ci/Jenkinsfile.release",
        "azure-pipelines.yml", "azure-pipelines-nightly.yml", ".drone.yml", ".woodpecker.yml", ".travis.yml", "bitbucket-pipelines.yml"})
    EXPECT_EQ(protected_as(path), "a CI workflow") << path;
}

TEST(ProtectedFiles, AreHooksLockFilesSourcesAndRules) {
  for (const char* path : {".husky/pre-commit",
                           ".pre-commit-config.yaml",
                           "lefthook.yml",
                           ".githooks/post-checkout",
                           ".gitattributes",
                           ".gitmodules",
                           "package-lock.json",
                           "web/yarn.lock",
                           "pnpm-lock.yaml",
                           "poetry.lock",
                           "uv.lock",
                           "go.sum",
                           "Cargo.lock",
                           "Gemfile.lock",
                           "composer.lock",
                           "gradle/wrapper/gradle-wrapper.properties",
                           ".npmrc",
                           ".cargo/config.toml",
                           ".mvn/extensions.xml",
                           ".argosy.yaml",
                           "CODEOWNERS",
                           ".github/CODEOWNERS"})
    EXPECT_TRUE(is_protected(path)) << path;
}

TEST(ProtectedFiles, AreFoundInEitherCaseAndInSubfolders) {
  EXPECT_TRUE(is_protected(".GitHub/Workflows/ci.yml"));
  EXPECT_TRUE(is_protected("packages/a/.github/workflows/ci.yml"));
  EXPECT_TRUE(is_protected("packages/a/.HUSKY/pre-push"));
}

TEST(ProtectedFiles, AreNoOrdinarySources) {
  for (const char* path : {"src/main.py", "src/lock.c", "go.mod", "package.json", "Cargo.toml", "docs/github/workflows/x.md", ".gitignore",
                           "lock.py", "src/Jenkinsfile_parser.py", "tests/package-lock.json.txt", "README.md", "my.github/workflows/x"})
    EXPECT_FALSE(is_protected(path)) << path;
}

TEST(ProtectedFiles, AreRefusedWithWhatTheyAreUnderOldNamesToo) {
  const auto refused = check_protected({{"src/a.py"}, {"ci.txt", ".github/workflows/ci.yml"}}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "protected_file");
  EXPECT_EQ(refused.error().category, Category::needs_user);
  EXPECT_THAT(refused.error().message, HasSubstr(".github/workflows/ci.yml (a CI workflow)"));
  EXPECT_THAT(refused.error().message, Not(HasSubstr("src/a.py")));
  EXPECT_TRUE(check_protected({{"src/a.py"}}, {}));
}

TEST(ProtectedFiles, ArePassedOnceAPersonHasApprovedThatAndNothingElse) {
  const std::vector<TouchedFile> touched{{"go.sum"}};
  const auto answered = [](std::string name, Verdict verdict) {
    return std::vector<Answer>{{.step = 1, .name = std::move(name), .verdict = verdict, .text = ""}};
  };
  const auto name = protected_files_question({"go.sum"});
  EXPECT_TRUE(check_protected(touched, answered(name, Verdict::approve)));
  EXPECT_FALSE(check_protected(touched, answered(name, Verdict::reject)));
  EXPECT_FALSE(check_protected(touched, answered(name, Verdict::correct)));
  EXPECT_FALSE(check_protected(touched, answered("review", Verdict::approve)));
  EXPECT_FALSE(check_protected(touched, answered("protected-files", Verdict::approve))) << "of no file in particular";
}

TEST(ProtectedFiles, AreApprovedByTheirPathsAndNoOthers) {
  const std::vector<Answer> answers{{.step = 1, .name = protected_files_question({"b.lock", "a.lock"}), .text = ""},
                                    {.step = 2, .name = protected_files_question({"go.sum"}), .text = ""}};
  EXPECT_TRUE(check_protected({{"a.lock"}, {"b.lock"}}, answers));
  EXPECT_FALSE(check_protected({{"a.lock"}}, answers)) << "nobody was asked about it alone, and no step says what was approved";
  const std::vector<Paths> granted{{"a.lock", "b.lock"}, {"go.sum"}};
  EXPECT_TRUE(check_protected({{"a.lock"}, {"go.sum"}}, answers, granted));
  EXPECT_FALSE(check_protected({{"a.lock"}, {".argosy.yaml"}}, answers, granted));
  EXPECT_FALSE(check_protected({{".argosy.yaml"}}, answers, {{".argosy.yaml"}})) << "a step says so, and no person has";
}

TEST(ProtectedFiles, AreAskedForUnderTheNameThatAnApprovalIsLookedForUnder) {
  const auto refused = check_protected({{"go.sum"}}, {});
  ASSERT_FALSE(refused);
  const auto question = ask_for_protected(refused.error());
  EXPECT_EQ(question.name, protected_files_question({"go.sum"}));
  EXPECT_TRUE(question.name.starts_with(kProtectedFilesQuestion));
  EXPECT_TRUE(is_checkpoint_name(question.name));
  EXPECT_EQ(question.type, "approval");
  EXPECT_THAT(question.description, HasSubstr("go.sum (a lock file)"));
}

}  // namespace
}  // namespace argosy::tasks
