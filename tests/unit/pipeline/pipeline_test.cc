// Promises of planning, codegen and git together, as the engine would run them but without it: what one writes the next can read, in
// whatever order parallel steps run, and the branch holds exactly the change.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "tests/support/git_fixture.h"
#include "tests/support/step_fixture.h"
#include "workers/codegen/codegen_handler.h"
#include "workers/git/git_handler.h"
#include "workers/planning/planning_handler.h"

namespace argosy {
namespace {

using namespace tasks;
using ::testing::ElementsAre;
namespace fs = std::filesystem;

class Pipeline : public ::testing::Test {
 protected:
  vcs::VcsOptions options() const { return {.work_dir = remote.work_dir(), .allow_file = true, .timeout = std::chrono::seconds(60)}; }

  // Runs the whole task; parallel steps in reverse order, because nothing may depend on it. The names and status of the branch's files.
  std::vector<std::string> run(const std::vector<Operation>& change) {
    planning::PlanningHandler plan(options());
    const auto planned = plan.run(testing::make_step(remote.url(), change, Queue::planning, "plan"), context);
    EXPECT_TRUE(planned) << to_string(planned.error());
    if (!planned) return {};
    steps = planned->added;
    outputs.clear();
    auto pending = steps;
    while (!pending.empty()) {
      const auto ready = std::find_if(pending.rbegin(), pending.rend(), [&](const NewStep& step) {
        return std::ranges::all_of(step.depends_on, [&](auto ordinal) { return outputs.contains(ordinal); });
      });
      if (ready == pending.rend()) ADD_FAILURE() << "the plan has a cycle";
      if (ready == pending.rend() || !do_step(change, *ready)) return {};
      pending.erase(std::next(ready).base());
    }
    std::vector<std::string> lines;
    const auto listing = remote.at_remote({"diff", "--name-status", "--no-renames", "main", branch});
    for (const auto line : text::lines(listing)) lines.emplace_back(line);
    return lines;
  }

  bool do_step(const std::vector<Operation>& change, const NewStep& added) {
    auto step = testing::make_step(remote.url(), change, added.queue, added.kind);
    step.ref.ordinal = added.ordinal;
    step.title = added.title;
    step.payload = added.payload;
    for (const auto ordinal : added.inputs) step.inputs.emplace_back(ordinal, outputs.at(ordinal));
    branch = step.task.branch;
    Result<runtime::StepResult> result = runtime::StepResult{.output = to_json_text(TestOutput{}), .added = {}};
    if (added.queue == Queue::codegen) result = codegen::CodegenHandler(options()).run(step, context);
    if (added.queue == Queue::git)
      result = git::GitHandler(options(), {.name = "Argosy", .email = "argosy@example.org"}).run(step, context);
    EXPECT_TRUE(result) << added.title << ": " << to_string(result.error());
    if (result) outputs[added.ordinal] = result->output;
    return result.has_value();
  }

  testing::GitFixture remote;
  testing::MemoryArtifacts store;
  testing::FakeStepContext context{store};
  std::vector<NewStep> steps;
  std::map<std::int16_t, std::string> outputs;
  std::string branch;
};

TEST_F(Pipeline, JoinsParallelChangesIntoOneCommit) {
  remote.write("run.sh", "#!/bin/sh\necho old\n", fs::perms(0755));
  remote.push_files(
      {{"a.txt", "1\r\n2\r\n"}, {"b.txt", "\xEF\xBB\xBFold\n"}, {"gone.txt", "x\n"}, {"moved.txt", "y\n"}, {"diffed.txt", "1\n"}});
  const auto files = run({EditFile{"a.txt", "2", "3"}, EditFile{"b.txt", "old", "new"}, DeleteFile{"gone.txt"},
                          RenameFile{"moved.txt", "dir/moved.txt"}, CreateFile{"dir/new.txt", "z"}, EditFile{"run.sh", "old", "new"},
                          ApplyDiff{"--- a/diffed.txt\n+++ b/diffed.txt\n@@ -1 +1 @@\n-1\n+2\n"}});
  EXPECT_EQ(steps.size(), 9u);
  EXPECT_THAT(files, ElementsAre("M\ta.txt", "M\tb.txt", "M\tdiffed.txt", "A\tdir/moved.txt", "A\tdir/new.txt", "D\tgone.txt",
                                 "D\tmoved.txt", "M\trun.sh"));
  EXPECT_EQ(remote.at(branch, "a.txt"), "1\r\n3\r\n");
  EXPECT_EQ(remote.at(branch, "b.txt"), "\xEF\xBB\xBFnew\n");
  EXPECT_THAT(remote.at_remote({"ls-tree", branch, "run.sh"}), ::testing::StartsWith("100755"));
  EXPECT_EQ(remote.at_remote({"rev-list", "--count", "main.." + branch}), "1");
}

TEST_F(Pipeline, LetsEachStepOfAChainSeeTheOnesBefore) {
  remote.push_files({{"lib.py", "def read_text(path):\n    return open(path).read()\n"},
                     {"use.py", "from lib import read_text\n\nprint(read_text('x'))\n"}});
  const auto rename = [](const char* from, const char* to) {
    return RenameSymbol{.language = "python", .from = from, .to = to, .kind = "function", .paths = {}, .force = {}};
  };
  const auto files = run({CreateFile{"more.py", "from lib import read_text\n\nread_text('y')\n"}, rename("read_text", "read_string"),
                          EditFile{"use.py", "read_string('x')", "read_string('z')"}, rename("read_string", "read_all")});
  EXPECT_EQ(steps.size(), 6u);
  EXPECT_THAT(files, ElementsAre("M\tlib.py", "A\tmore.py", "M\tuse.py"));
  EXPECT_EQ(remote.at(branch, "lib.py"), "def read_all(path):\n    return open(path).read()\n");
  EXPECT_EQ(remote.at(branch, "more.py"), "from lib import read_all\n\nread_all('y')\n");
  EXPECT_EQ(remote.at(branch, "use.py"), "from lib import read_all\n\nprint(read_all('z'))\n");
}

TEST_F(Pipeline, CarriesRefactoringsToTheBranch) {
  remote.push_files({{"a.py", "import logging\nimport os\n\nlogging.warn('a')\n"}, {"b.py", "import os\n\n\nclass old:\n    pass\n"}});
  const auto files = run({ReplaceCall{.language = "python",
                                      .pattern = "logging.warn($MSG)",
                                      .replacement = "structlog.get_logger().warning($MSG)",
                                      .module = "logging",
                                      .add = {{"structlog"}},
                                      .remove = {{"logging"}}},
                          AddImport{"b.py", {"abc", "ABC"}},
                          Codemod{.language = "python", .query = "(class_definition name: (identifier) @replace)", .tmpl = "New"},
                          RemoveUnusedImports{{"*.py"}}});
  EXPECT_THAT(files, ElementsAre("M\ta.py", "M\tb.py"));
  EXPECT_EQ(remote.at(branch, "a.py"), "import structlog\n\nstructlog.get_logger().warning('a')\n");
  EXPECT_EQ(remote.at(branch, "b.py"), "class New:\n    pass\n");
  EXPECT_THAT(remote.at_remote({"log", "-1", "--format=%B", branch}), ::testing::HasSubstr("replace_call logging.warn($MSG)"));
}

TEST_F(Pipeline, TakesMoreOperationsThanItRunsSideBySide) {
  std::map<std::string, std::string> before;
  std::vector<Operation> change;
  for (int i = 0; i < 40; ++i) {
    before[fmt::format("f{:02}", i)] = "1\n";
    change.push_back(EditFile{fmt::format("f{:02}", i), "1", "2"});
  }
  remote.push_files(before);
  EXPECT_EQ(run(change).size(), 40u);
  EXPECT_EQ(steps.size(), 18u);
}

}  // namespace
}  // namespace argosy
