// A push step over a real remote, with the changes that a test gives it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/support/git_fixture.h"
#include "tests/support/step_fixture.h"
#include "workers/git/git_handler.h"

namespace argosy::git {

class Git : public ::testing::Test {
 protected:
  void SetUp() override {
    remote.write("run", "x\n", std::filesystem::perms(0755));
    base = remote.push_files({{"a", "1\n"}, {"b", "1\n"}});
  }
  vcs::VcsOptions options() const { return {.work_dir = remote.work_dir(), .allow_file = true, .timeout = std::chrono::seconds(60)}; }

  // The output of a codegen step that wrote these files.
  std::string change(const std::map<std::string, std::string>& files) {
    auto repository = vcs::Repository::open(options(), remote.url());
    auto tree = (*repository)->checkout(base).value();
    for (const auto& [path, bytes] : files) EXPECT_TRUE(write_file_atomic(tree->path() / path, bytes));
    return to_json_text(tasks::ChangeOutput{.patch = store.put({}, tree->diff().value()).value(), .files = {}});
  }
  runtime::Step step(const std::vector<std::string>& changes) const {
    auto made = testing::make_step(remote.url(), {tasks::RenameFile{"a", "b"}}, tasks::Queue::git, "push");
    made.payload = to_json_text(tasks::TreePayload{.base_commit = base, .target_branch = "main"});
    std::int16_t ordinal = 100;
    for (const auto& output : changes) made.inputs.emplace_back(ordinal++, output);
    made.inputs.emplace_back(ordinal, to_json_text(tasks::TestOutput{}));
    return made;
  }
  Result<runtime::StepResult> run(const runtime::Step& made) {
    return GitHandler(options(), {.name = "Argosy", .email = "argosy@example.org"}).run(made, context);
  }
  tasks::PushOutput push(const runtime::Step& made) {
    const auto result = run(made);
    EXPECT_TRUE(result) << to_string(result.error());
    return result ? tasks::push_output_from(result->output).value() : tasks::PushOutput{};
  }

  testing::GitFixture remote;
  testing::MemoryArtifacts store;
  testing::FakeStepContext context{store};
  std::string base;
  const std::string branch = "argosy/20261121-task";
};

}  // namespace argosy::git
