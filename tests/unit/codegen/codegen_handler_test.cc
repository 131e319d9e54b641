// Promises of codegen on real repositories: the patch it hands on is the change, whole and exact; what it may not do it refuses.
#include "workers/codegen/codegen_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/tasks/guards/protected_files.h"
#include "tests/support/git_fixture.h"
#include "tests/support/step_fixture.h"
#include "workers/codegen/change_maker.h"

namespace argosy::codegen {
namespace {

using namespace tasks;
namespace fs = std::filesystem;
const std::string kBom = "\xEF\xBB\xBF";

class Codegen : public ::testing::Test {
 protected:
  vcs::VcsOptions options() const { return {.work_dir = remote.work_dir(), .allow_file = true, .timeout = std::chrono::seconds(60)}; }

  runtime::Step step(const std::string& base, std::vector<Operation> change) const {
    auto made = testing::make_step(remote.url(), std::move(change), Queue::codegen, "change");
    made.ref.ordinal = 100;
    ChangePayload payload{.base_commit = base, .operations = {}};
    for (std::size_t i = 0; i < made.task.change.size(); ++i) payload.operations.push_back(static_cast<std::int64_t>(i));
    made.payload = to_json_text(payload);
    made.task.avoid_files = avoid;
    made.task.max_files_changed = most;
    return made;
  }
  Result<runtime::StepResult> run(const runtime::Step& made) { return CodegenHandler(options()).run(made, context); }
  Result<runtime::StepResult> change(const std::string& base, std::vector<Operation> operations) {
    return run(step(base, std::move(operations)));
  }

  std::string refusal(const std::string& base, std::vector<Operation> operations) {
    const auto before = store.count();
    const auto result = change(base, std::move(operations));
    if (result) return "done";
    EXPECT_EQ(result.error().category, Category::needs_user) << to_string(result.error());
    EXPECT_EQ(store.count(), before) << "a failed step handed something on";
    last = result.error();
    return result.error().code;
  }
  // The tree that others will build from the outputs.
  std::unique_ptr<vcs::WorkTree> rebuilt(const std::string& base, std::initializer_list<std::string> outputs) {
    auto repository = vcs::Repository::open(options(), remote.url());
    auto tree = (*repository)->checkout(base).value();
    for (const auto& output : outputs) EXPECT_TRUE(tree->apply(store.get({}, change_output_from(output)->patch).value()));
    return tree;
  }
  static std::string bytes(const vcs::WorkTree& tree, const std::string& path) { return read_file(tree.path() / path).value_or("<none>"); }
  static std::string link_diff(const std::string& path, const std::string& target) {
    return "diff --git a/" + path + " b/" + path + "\nnew file mode 120000\n--- /dev/null\n+++ b/" + path + "\n@@ -0,0 +1 @@\n+" + target +
           "\n\\ No newline at end of file\n";
  }

  testing::GitFixture remote;
  testing::MemoryArtifacts store;
  testing::FakeStepContext context{store};
  std::vector<std::string> avoid;
  std::optional<std::int64_t> most;
  Error last;
};

TEST_F(Codegen, HandsOnAPatchThatRebuildsTheChangeByteForByte) {
  remote.write("run.sh", "#!/bin/sh\necho old\n", fs::perms(0755));
  remote.write("move.sh", "#!/bin/sh\n", fs::perms(0755));
  const auto base = remote.push_files({{"crlf", "a\r\nold\r\n"},
                                       {"bom", kBom + "old\r\nlast"},
                                       {"gone", "x"},
                                       {"bin", std::string("\0\xff", 2)},
                                       {".gitattributes", "* text eol=crlf\n"}});
  const auto result = change(base, {EditFile{"crlf", "old", "new"}, EditFile{"bom", "old", "new"}, EditFile{"run.sh", "old", "new"},
                                    RenameFile{"move.sh", "bin2/moved.sh"}, DeleteFile{"gone"}, CreateFile{"dir/created", "x\n"}});
  ASSERT_TRUE(result) << to_string(result.error());
  const auto tree = rebuilt(base, {result->output});
  EXPECT_EQ(bytes(*tree, "crlf"), "a\r\nnew\r\n");
  EXPECT_EQ(bytes(*tree, "bom"), kBom + "new\r\nlast");
  EXPECT_EQ(bytes(*tree, "dir/created"), "x\n");
  EXPECT_FALSE(fs::exists(tree->path() / "gone"));
  std::map<std::string, std::string> modes;
  const auto files = tree->files().value();
  for (const auto& file : files) modes[file.path] = file.mode;
  EXPECT_EQ(modes["run.sh"], "100755");
  EXPECT_EQ(modes["bin2/moved.sh"], "100755");
  EXPECT_EQ(modes["crlf"], "100644");
}

TEST_F(Codegen, TellsWhichFilesItChanged) {
  const auto base = remote.push_files({{"a", "1\n2\n"}, {"b", "1\n"}});
  const auto result = change(base, {EditFile{"a", "2\n", "3\n4\n"}, DeleteFile{"b"}});
  ASSERT_TRUE(result) << to_string(result.error());
  const auto output = change_output_from(result->output).value();
  ASSERT_EQ(output.files.size(), 2u);
  EXPECT_EQ(output.files[0].path + " " + output.files[0].status, "a modified");
  EXPECT_EQ(output.files[0].added, 2);
  EXPECT_EQ(output.files[0].removed, 1);
  EXPECT_EQ(output.files[1].path + " " + output.files[1].status, "b deleted");
  EXPECT_EQ(context.count("file_modified"), 2u);
  EXPECT_EQ(store.name(output.patch), "step-100.patch");
}

TEST_F(Codegen, HoldsItsDiffToWhatAPersonAddedWhileItWorked) {
  const auto base = remote.push_files({{"a", "1\n"}, {"b", "1\n"}});
  context.constraints = Constraints{.max_files_changed = 1};
  const auto result = change(base, {EditFile{"a", "1", "2"}, EditFile{"b", "1", "2"}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "max_files_exceeded");
}

TEST_F(Codegen, WorksOnTopOfItsPredecessors) {
  const auto base = remote.push_files({{"a", "1\n"}, {"bin", std::string("\0\1", 2)}});
  const auto first = change(base, {EditFile{"a", "1", "2"}, CreateFile{"b", "x\n"}});
  ASSERT_TRUE(first);
  auto next = step(base, {EditFile{"a", "2", "3"}, RenameFile{"b", "c"}});
  next.inputs = {{100, first->output}};
  next.ref.ordinal = 101;
  const auto second = run(next);
  ASSERT_TRUE(second) << to_string(second.error());
  EXPECT_EQ(change_output_from(second->output)->files.size(), 2u);
  const auto tree = rebuilt(base, {first->output, second->output});
  EXPECT_EQ(bytes(*tree, "a"), "3\n");
  EXPECT_EQ(bytes(*tree, "c"), "x\n");
  EXPECT_FALSE(fs::exists(tree->path() / "b"));
}

TEST_F(Codegen, DoesOnlyTheOperationsOfItsStep) {
  const auto base = remote.push_files({{"a", "1\n"}, {"b", "1\n"}});
  auto made = step(base, {EditFile{"a", "1", "2"}, EditFile{"b", "1", "2"}});
  made.payload = to_json_text(ChangePayload{.base_commit = base, .operations = {1}});
  const auto result = run(made);
  ASSERT_TRUE(result);
  EXPECT_EQ(change_output_from(result->output)->files.size(), 1u);
  made.payload = to_json_text(ChangePayload{.base_commit = base, .operations = {2}});
  EXPECT_EQ(run(made).error().code, "payload_invalid");
}

TEST_F(Codegen, GivesTheSamePatchForTheSameInput) {
  const auto base = remote.push_files({{"a", "1\n"}});
  EXPECT_EQ(change(base, {EditFile{"a", "1", "2"}})->output, change(base, {EditFile{"a", "1", "2"}})->output);
}

TEST_F(Codegen, AppliesDiffsAmongOtherOperations) {
  const auto base = remote.push_files({{"a", "1\n"}});
  const auto result = change(
      base, {EditFile{"a", "1", "2"}, ApplyDiff{"diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-2\n+3\n"}, EditFile{"a", "3", "4"}});
  ASSERT_TRUE(result) << to_string(result.error());
  EXPECT_EQ(bytes(*rebuilt(base, {result->output}), "a"), "4\n");
}

TEST_F(Codegen, HandsNothingOnWhenAnOperationFails) {
  const auto base = remote.push_files({{"a", "1\n"}});
  EXPECT_EQ(refusal(base, {EditFile{"a", "1", "2"}, DeleteFile{"missing"}}), "file_not_found");
  EXPECT_THAT(last.message, ::testing::StartsWith("operation 2 (delete_file missing)"));
  EXPECT_EQ(context.count("file_modified"), 0u);
}

TEST_F(Codegen, SaysThatNothingChanged) {
  const auto base = remote.push_files({{"a", "1\n"}});
  EXPECT_EQ(refusal(base, {EditFile{"a", "1", "2"}, EditFile{"a", "2", "1"}}), "no_change");
}

TEST_F(Codegen, HoldsTheRealDiffToWhatTheTaskForbids) {
  const auto base = remote.push_files({{"a", "1\n"}, {"legacy/b", "1\n"}});
  avoid = {"legacy/**"};
  EXPECT_EQ(refusal(base, {ApplyDiff{"diff --git a/legacy/b b/legacy/b\n--- a/legacy/b\n+++ b/legacy/b\n@@ -1 +1 @@\n-1\n+2\n"}}),
            "avoid_files_violated");
  EXPECT_EQ(last.details, R"({"files":["legacy/b"]})");
  EXPECT_EQ(refusal(base, {RenameFile{"legacy/b", "b"}}), "avoid_files_violated");
  avoid = {};
  most = 1;
  EXPECT_EQ(refusal(base, {RenameFile{"legacy/b", "b"}}), "done");
  const auto first = change(base, {EditFile{"a", "1", "2"}});
  auto next = step(base, {EditFile{"legacy/b", "1", "2"}});
  next.inputs = {{100, first->output}};
  EXPECT_EQ(run(next).error().code, "max_files_exceeded");
}

TEST_F(Codegen, RefusesLinksThatLeadOutAndSubmodules) {
  fs::create_symlink("/etc", remote.author() / "old-way-out");
  const auto base = remote.push_files({{"a", "1\n"}});
  EXPECT_EQ(refusal(base, {ApplyDiff{link_diff("dir/link", "../a")}}), "done");
  EXPECT_EQ(refusal(base, {ApplyDiff{link_diff("link", "/etc/passwd")}}), "symlink_outside");
  EXPECT_EQ(refusal(base, {ApplyDiff{link_diff("link", "../../etc")}}), "symlink_outside");
  EXPECT_EQ(refusal(base, {ApplyDiff{link_diff("link", "old-way-out/passwd")}}), "symlink_outside");
  EXPECT_EQ(refusal(base, {CreateFile{"old-way-out/x", "x"}}), "path_conflict");
  const auto submodule = "diff --git a/sub b/sub\nnew file mode 160000\n--- /dev/null\n+++ b/sub\n@@ -0,0 +1 @@\n+Subproject commit " +
                         std::string(40, 'a') + "\n";
  EXPECT_EQ(refusal(base, {ApplyDiff{submodule}}), "submodule_refused");
}

TEST_F(Codegen, StopsWhenTheTaskIsCancelled) {
  const auto base = remote.push_files({{"a", "1\n"}});
  ASSERT_TRUE(change(base, {EditFile{"a", "1", "2"}}));
  context.cancel = true;
  const auto stopped = change(base, {EditFile{"a", "1", "2"}});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, "cancelled");
}

TEST_F(Codegen, HandsOnNoProtectedFileOfAnAgentUnlessAPersonHasApproved) {
  const auto base = remote.push_files({{"a", "1\n"}});
  auto agent = step(base, {});
  agent.kind = "agent";
  const auto hand_on = [&](const Operation& operation) -> std::string {
    auto maker = ChangeMaker::open(options(), base, agent, context);
    if (!maker || !maker->apply(operation, 0)) return "not done";
    const auto output = maker->hand_on("agent");
    return output ? "handed on" : output.error().code;
  };
  EXPECT_EQ(hand_on(CreateFile{"b", "x\n"}), "handed on");
  EXPECT_EQ(hand_on(CreateFile{".github/workflows/ci.yml", "on: push\n"}), "protected_file");
  EXPECT_EQ(hand_on(RenameFile{"a", ".husky/pre-commit"}), "protected_file");
  agent.task.answers = {
      {.step = 3, .name = tasks::protected_files_question({".github/workflows/ci.yml"}), .verdict = Verdict::approve, .text = ""}};
  EXPECT_EQ(hand_on(CreateFile{".github/workflows/ci.yml", "on: push\n"}), "handed on");
}

}  // namespace
}  // namespace argosy::codegen
