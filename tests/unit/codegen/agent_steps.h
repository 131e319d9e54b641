// A step of an agent in a repository of its own, with a model that says what the test has written down. For tests of the driver.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <future>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "common/llm/conversation_json.h"
#include "tests/support/git_fixture.h"
#include "tests/support/step_fixture.h"
#include "workers/codegen/agent/agents.h"
#include "workers/codegen/codegen_handler.h"

namespace argosy::codegen {

// Answers the so-manieth round of a conversation, whoever asks for it and however often: as a script does, by what was said so far.
class ScriptedRounds final : public llm::Model {
 public:
  void start(std::shared_ptr<const llm::Request> request, llm::CallOptions options, llm::OnDone done) override {
    const std::lock_guard lock(mutex_);
    std::size_t round = 0;
    for (const auto& message : request->messages) round += message.role == llm::Role::assistant;
    asked.push_back(json::dump(llm::to_json(*request)));
    rounds.push_back(round);
    if (on_ask) on_ask();
    last = std::move(options);
    if (asked.size() == stop_at) {
      on_stop();
      return done({.answer = {}, .fault = llm::make_fault(llm::FaultKind::cancelled, "the process is gone")});
    }
    if (fault) return done({.answer = {}, .fault = *fault});
    ASSERT_LT(round, answers.size()) << asked.back();
    done({.answer = answers[round], .model = "m"});
  }
  // An answer that calls these tools, one after the other.
  void call(std::vector<std::pair<std::string, std::string>> calls, std::string text = "") {
    llm::Answer answer{.text = std::move(text), .stop = llm::StopReason::tool_use, .complete = true};
    for (auto& [name, arguments] : calls)
      answer.tool_calls.push_back({.id = "call_" + std::to_string(answers.size()) + "_" + std::to_string(answer.tool_calls.size()),
                                   .name = std::move(name),
                                   .arguments = std::move(arguments)});
    answers.push_back(std::move(answer));
  }

  std::vector<llm::Answer> answers;
  std::vector<std::string> asked;   // requests, as JSON
  std::vector<std::size_t> rounds;  // that they were for
  llm::CallOptions last;
  std::size_t stop_at = 0;  // the so-manieth call finds the process gone; 0: none
  std::function<void()> on_stop, on_ask;
  std::optional<llm::Fault> fault;

 private:
  std::mutex mutex_;
};

class AgentSteps : public ::testing::Test {
 protected:
  vcs::VcsOptions options() const { return {.work_dir = remote.work_dir(), .allow_file = true, .timeout = std::chrono::seconds(60)}; }

  void SetUp() override {
    base = remote.push_files(files);
    step = testing::make_step(remote.url(), {}, tasks::Queue::codegen, "agent");
    step.ref.ordinal = 100;
    step.lease_epoch = 1;
    step.title = "count on";
    payload.base_commit = base;
    payload.node.objective = "make a.py count to two";
  }
  Agents::Parts parts(llm::Model& asked) {
    return {.options = options(),
            .model = asked,
            .prompts = prompts,
            .agent =
                [this](const runtime::Step&, std::string_view) {
                  return Result<std::shared_ptr<const tasks::AgentSpec>>(std::make_shared<const tasks::AgentSpec>(spec));
                },
            .index = [](const IndexPlace&, const code::SourceTree& tree) { return code::Index::build(tree); },
            .shown_tokens = shown_total};
  }
  // In a process of its own, as far as codegen knows.
  Result<runtime::StepResult> run(testing::FakeStepContext& context) {
    Agents agents(parts(model));
    CodegenHandler handler(options(), &agents);
    auto now = step;
    now.payload = tasks::to_json_text(payload);
    std::promise<Result<runtime::StepResult>> ended;
    handler.start(std::make_shared<const runtime::Step>(std::move(now)), std::shared_ptr<runtime::StepContext>(&context, [](auto*) {}),
                  [&](Result<runtime::StepResult> result) { ended.set_value(std::move(result)); });
    return ended.get_future().get();
  }
  Result<runtime::StepResult> run() { return run(context); }

  // A file of the tree after the step.
  std::string changed(const runtime::StepResult& result, const std::string& path) {
    return after_patch(tasks::change_output_from(result.output).value().patch, path);
  }
  std::string after_patch(const std::string& patch, const std::string& path) {
    auto repository = vcs::Repository::open(options(), remote.url());
    auto tree = (*repository)->checkout(base).value();
    if (!patch.empty()) EXPECT_TRUE(tree->apply(store.get({}, patch).value()));
    return read_file(tree->path() / path).value_or("<none>");
  }

  std::map<std::string, std::string> files{{"a.py", "def count():\n    return 1\n"}, {"b.py", "B = 1\n"}};
  testing::GitFixture remote;
  testing::MemoryArtifacts store;
  testing::FakeStepContext context{store};
  ScriptedRounds model;
  const llm::Prompts prompts = llm::Prompts::open().value();
  tasks::AgentSpec spec{
      .name = "coder",
      .role = "coder",
      .tools = {"read_file", "edit_file", "create_file", "delete_file", "run_command", "run_tests", "ask_user", "finish"}};
  tasks::AgentPayload payload;
  runtime::Step step;
  std::string base;
  std::int64_t shown_total = agent::kUsualContext;
};

}  // namespace argosy::codegen
