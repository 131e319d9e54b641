// A change that a gate has stopped, in a repository of its own, and the step that shall mend it. For tests of what mends. One thread.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/support/git_fixture.h"
#include "tests/support/step_fixture.h"
#include "workers/codegen/codegen_handler.h"
#include "workers/codegen/fix.h"

namespace argosy::codegen {

class StoppedChange : public ::testing::Test {
 protected:
  vcs::VcsOptions options() const { return {.work_dir = remote.work_dir(), .allow_file = true, .timeout = std::chrono::seconds(60)}; }

  void SetUp() override {
    base = remote.push_files(files);
    auto change = testing::make_step(remote.url(), {tasks::EditFile{"a", "1", "2"}}, tasks::Queue::codegen, "change");
    change.ref.ordinal = 100;
    change.payload = tasks::to_json_text(tasks::ChangePayload{.base_commit = base, .operations = {0}});
    const auto changed = CodegenHandler(options()).run(change, context);
    ASSERT_TRUE(changed) << to_string(changed.error());
    step = testing::make_step(remote.url(), change.task.change, tasks::Queue::codegen, "fix");
    step.ref.ordinal = 105;
    step.inputs = {{100, changed->output}, {101, tasks::to_json_text(tasks::TestOutput{})}};
  }
  Result<runtime::StepResult> run() {
    failed.base_commit = base;
    step.payload = tasks::to_json_text(failed);
    return CodegenHandler(options()).run(step, context);
  }
  void answered(const std::string& name, tasks::Verdict verdict, const std::string& text = "") {
    step.answers.push_back({.step = 105, .name = name, .verdict = verdict, .text = text, .by = "ann"});
  }
  // The question of a run that must have one.
  tasks::Question question() {
    const auto result = run();
    EXPECT_TRUE(result && result->question) << (result ? result->output : to_string(result.error()));
    return result && result->question ? *result->question : tasks::Question{};
  }
  std::string mended(const std::string& output, const std::string& path) {
    auto repository = vcs::Repository::open(options(), remote.url());
    auto tree = (*repository)->checkout(base).value();
    for (const auto& one : {step.inputs[0].second, output})
      EXPECT_TRUE(tree->apply(store.get({}, tasks::change_output_from(one)->patch).value()));
    return read_file(tree->path() / path).value_or("<none>");
  }

  std::map<std::string, std::string> files{{"a", "1\n"}, {"b", "1\n"}};  // the change makes a 2 of the 1 in `a`
  testing::GitFixture remote;
  testing::MemoryArtifacts store;
  testing::FakeStepContext context{store};
  std::string base;
  runtime::Step step;
  tasks::FixPayload failed{.base_commit = {},
                           .round = 1,
                           .max_rounds = 5,
                           .test_step = 101,
                           .gates = {{.gate = "tests",
                                      .code = "tests_failed",
                                      .text = "1 test fails that did not fail before: test_a",
                                      .hint = "see the log",
                                      .details = "{}",
                                      .failing = {"test_a"}}},
                           .report = "r"};
};

}  // namespace argosy::codegen
