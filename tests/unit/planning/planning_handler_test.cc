// Promises of planning on a real repository: what cannot work is refused before anything is queued, with the reason; what can is planned.
#include "workers/planning/planning_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/git_fixture.h"
#include "tests/support/step_fixture.h"

namespace argosy::planning {
namespace {

using namespace tasks;
namespace fs = std::filesystem;

class Planning : public ::testing::Test {
 protected:
  Result<runtime::StepResult> plan(std::vector<Operation> change) {
    auto step = testing::make_step(remote.url(), std::move(change), Queue::planning, "plan");
    step.task.avoid_files = avoid;
    step.task.max_files_changed = most;
    step.task.default_branch = branch;
    PlanningHandler handler({.work_dir = remote.work_dir(), .allow_file = true, .timeout = std::chrono::seconds(60)});
    return handler.run(step, context);
  }
  std::string refusal(std::vector<Operation> change) {
    const auto result = plan(std::move(change));
    if (result) return "planned";
    EXPECT_EQ(result.error().category, Category::needs_user) << to_string(result.error());
    last = result.error();
    return result.error().code;
  }
  static std::string diff(const std::string& path, const std::string& from, const std::string& to) {
    return "diff --git a/" + path + " b/" + path + "\n--- a/" + path + "\n+++ b/" + path + "\n@@ -1 +1 @@\n-" + from + "\n+" + to + "\n";
  }

  testing::GitFixture remote;
  testing::MemoryArtifacts store;
  testing::FakeStepContext context{store};
  std::vector<std::string> avoid;
  std::optional<std::int64_t> most;
  std::string branch;
  Error last;
};

TEST_F(Planning, PlansOnTheTipOfTheDefaultBranch) {
  const auto tip = remote.push_files({{"a", "1\n"}, {"b", "1\n"}});
  const auto result = plan({EditFile{"a", "1", "2"}, EditFile{"b", "1", "2"}});
  ASSERT_TRUE(result) << to_string(result.error());
  const auto output = plan_output_from(result->output);
  EXPECT_EQ(output->base_commit, tip);
  EXPECT_EQ(output->target_branch, "main");
  ASSERT_EQ(result->added.size(), 4u);
  EXPECT_EQ(change_payload_from(result->added[0].payload)->base_commit, tip);
  EXPECT_EQ(context.count("agent_thought"), 1u);
}

TEST_F(Planning, SeesWhatWasPushedSinceItLastLooked) {
  remote.push_files({{"a", "1\n"}});
  ASSERT_TRUE(plan({EditFile{"a", "1", "2"}}));
  const auto tip = remote.push_files({{"a", "3\n"}});
  EXPECT_EQ(plan_output_from(plan({EditFile{"a", "3", "4"}})->output)->base_commit, tip);
  EXPECT_EQ(refusal({EditFile{"a", "1", "2"}}), "text_not_found");
}

TEST_F(Planning, WorksOnANamedBranchAndSaysWhenItIsMissing) {
  remote.push_files({{"a", "1\n"}});
  remote.write("a", "dev\n");
  const auto dev = remote.push("dev", "develop");
  branch = "develop";
  EXPECT_EQ(plan_output_from(plan({EditFile{"a", "dev", "x"}})->output)->base_commit, dev);
  branch = "missing";
  EXPECT_EQ(refusal({EditFile{"a", "dev", "x"}}), "branch_not_found");
}

TEST_F(Planning, RefusesWhatTheCommitDoesNotAllow) {
  remote.push_files({{"a", "1\n"}, {"dir/b", "1\n"}});
  EXPECT_EQ(refusal({EditFile{"missing", "1", "2"}}), "file_not_found");
  EXPECT_EQ(refusal({DeleteFile{"missing"}}), "file_not_found");
  EXPECT_EQ(refusal({CreateFile{"a", ""}}), "file_exists");
  EXPECT_EQ(refusal({RenameSymbol{.language = "python", .from = "nowhere", .to = "x", .kind = "", .paths = {}, .force = {}}}),
            "symbol_not_found");
  EXPECT_EQ(refusal({CreateFile{"a/below", ""}}), "path_conflict");
  EXPECT_EQ(refusal({ApplyDiff{diff("a", "other", "2")}}), "patch_does_not_apply");
  EXPECT_EQ(last.details, R"({"files":["a"]})");
  EXPECT_EQ(refusal({}), "nothing_to_do");
}

TEST_F(Planning, SaysWhichOperationItMeans) {
  remote.push_files({{"a", "1\n"}});
  EXPECT_EQ(refusal({EditFile{"a", "1", "2"}, DeleteFile{"missing"}}), "file_not_found");
  EXPECT_THAT(last.message, ::testing::StartsWith("operation 2 (delete_file missing)"));
}

TEST_F(Planning, RehearsesOperationsOnTopOfEachOther) {
  remote.push_files({{"a", "1\n"}});
  EXPECT_EQ(refusal({EditFile{"a", "1", "2"}, EditFile{"a", "2", "3"}}), "planned");
  EXPECT_EQ(refusal({EditFile{"a", "1", "2"}, EditFile{"a", "1", "3"}}), "text_not_found");
  EXPECT_EQ(refusal({DeleteFile{"a"}, CreateFile{"a/b", "x"}}), "planned");
  EXPECT_EQ(refusal({CreateFile{"n", "x"}, CreateFile{"n", "x"}}), "file_exists");
  EXPECT_EQ(refusal({ApplyDiff{diff("a", "1", "2")}, EditFile{"a", "only codegen can know", "3"}}), "planned");
}

TEST_F(Planning, RefusesToWriteThroughLinks) {
  fs::create_symlink("/etc", remote.author() / "etc");
  remote.push_files({{"a", "1\n"}});
  EXPECT_EQ(refusal({CreateFile{"etc/passwd", "x"}}), "path_conflict");
  EXPECT_EQ(refusal({CreateFile{"etc", "x"}}), "path_conflict");
}

TEST_F(Planning, HoldsTheChangeToWhatTheTaskForbids) {
  remote.push_files({{"src/a.py", "def f():\n    return 1\n"}, {"legacy/b.py", "from src.a import f\n\nf()\n"}, {"c", "1\n"}});
  avoid = {"legacy/"};
  EXPECT_EQ(refusal({EditFile{"legacy/b.py", "f()", "g()"}}), "avoid_files_violated");
  EXPECT_EQ(last.details, R"({"files":["legacy/b.py"]})");
  EXPECT_EQ(refusal({RenameSymbol{.language = "python", .from = "f", .to = "g", .kind = "", .paths = {}, .force = {}}}),
            "avoid_files_violated");
  EXPECT_EQ(refusal({RenameFile{"c", "legacy/c"}}), "avoid_files_violated");
  EXPECT_EQ(
      refusal({ApplyDiff{"diff --git a/legacy/n b/legacy/n\nnew file mode 100644\n--- /dev/null\n+++ b/legacy/n\n@@ -0,0 +1 @@\n+x\n"}}),
      "avoid_files_violated");
  avoid = {};
  most = 1;
  EXPECT_EQ(refusal({EditFile{"c", "1", "2"}, CreateFile{"d", ""}}), "max_files_exceeded");
  EXPECT_EQ(refusal({RenameFile{"c", "d"}}), "planned");
  EXPECT_EQ(refusal({CreateFile{"d", ""}, DeleteFile{"d"}, EditFile{"c", "1", "2"}}), "planned");
}

TEST_F(Planning, SaysThatARepositoryIsEmptyOrGone) {
  EXPECT_EQ(refusal({CreateFile{"a", ""}}), "repository_empty");
  fs::rename(remote.remote(), remote.dir() / "moved");
  EXPECT_EQ(refusal({CreateFile{"a", ""}}), "repository_not_found");
}

TEST_F(Planning, StopsWhenTheTaskIsCancelled) {
  remote.push_files({{"a", "1\n"}});
  ASSERT_TRUE(plan({EditFile{"a", "1", "2"}}));
  context.cancel = true;
  const auto stopped = plan({EditFile{"a", "1", "2"}});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, "cancelled");
}

}  // namespace
}  // namespace argosy::planning
