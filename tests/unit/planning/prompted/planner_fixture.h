// A planner on a real repository with a model that answers by a script. For the tests of planning in words. One thread.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/llm/prompts/library.h"
#include "common/llm/scripted/script/scripted_model.h"
#include "common/llm/scripted/setting.h"
#include "tests/support/git_fixture.h"
#include "tests/support/step_fixture.h"
#include "workers/planning/planning_handler.h"

namespace argosy::planning {

// Remembers what it was asked, and hands it on.
class Listening final : public llm::Model {
 public:
  void follow(const std::string& script) {
    auto rules = llm::parse_script(script, "script");
    ASSERT_TRUE(rules) << to_string(rules.error());
    inner_.emplace("scripted", std::make_shared<llm::Script>("script", std::move(*rules)), llm::After{});
  }
  void start(std::shared_ptr<const llm::Request> request, llm::CallOptions options, llm::OnDone done) override {
    asked.emplace_back(*request, options);
    inner_->start(std::move(request), std::move(options), std::move(done));
  }
  // Of the so-manieth call: all that is said in one role.
  std::string said(std::size_t call, llm::Role role) const {
    std::string text;
    for (const auto& message : asked.at(call).first.messages)
      if (message.role == role)
        for (const auto& part : message.parts) text += std::get<llm::Text>(part).text + "\n";
    return text;
  }
  std::size_t count(std::string_view kind) const {
    std::size_t n = 0;
    for (const auto& [request, options] : asked) n += options.kind == kind ? 1 : 0;
    return n;
  }

  std::vector<std::pair<llm::Request, llm::CallOptions>> asked;

 private:
  std::optional<llm::ScriptedModel> inner_;
};

class APromptIsPlanned : public ::testing::Test {
 protected:
  // {kind, complexity, title, criteria} and whatever `more` adds.
  static std::string understood(const std::string& kind, const std::string& more = "") {
    return R"({"kind":")" + kind + R"(","complexity":"normal","title":"Round prices",)" + more +
           R"("criteria":[{"text":"prices are rounded","check":"tests"}]})";
  }
  static std::string node(const std::string& id, const std::string& write_set, const std::string& depends_on = "") {
    return R"({"id":")" + id + R"(","agent":"coder","objective":"do )" + id + R"(","write_set":[)" + write_set + R"(],"depends_on":[)" +
           depends_on + R"(],"done_when":["c1"]})";
  }
  static std::string planned(const std::string& nodes) { return R"({"summary":"Prices are rounded","nodes":[)" + nodes + "]}"; }
  // A whole plan, as a person writes it.
  static std::string by_hand(const std::string& write_set) {
    return R"({"intent":"feature","summary":"mine","criteria":[{"id":"c1","text":"x"}],"nodes":[{"id":"mine","objective":"o","write_set":[")" +
           write_set + R"("],"done_when":["c1"]}]})";
  }
  static std::string rule(const std::string& when, const std::string& answer, int times = 0) {
    return "  - when: {" + when + "}\n" + (times > 0 ? "    times: " + std::to_string(times) + "\n" : "") +
           "    answer: " + json::quote(answer) + "\n";
  }
  void script(const std::string& intent, const std::string& plan) {
    model.follow("rules:\n" + rule("kind: intent", intent) + rule("kind: plan", plan));
  }

  void SetUp() override {
    remote.push_files({{"src/price.py", "def total(p):\n    return sum(p)\n"}, {"docs/guide.md", "# total\n"}, {"README.md", "A shop.\n"}});
    step.task.prompt = "Round the prices.";
  }
  Result<runtime::StepResult> plan() {
    ++step.attempt;
    return handler.run(step, context);
  }
  // What is asked; fails the test when it is something else.
  tasks::Question question() {
    auto result = plan();
    EXPECT_TRUE(result && result->question) << (result ? result->output : to_string(result.error()));
    return result && result->question ? *result->question : tasks::Question{};
  }
  tasks::Plan followed() {
    auto result = plan();
    EXPECT_TRUE(result && !result->question) << (result ? result->question->description : to_string(result.error()));
    if (!result || result->question) return {};
    added = result->added;
    output = *tasks::plan_output_from(result->output);
    return output.plan.value_or(tasks::Plan{});
  }
  std::string refusal() {
    auto result = plan();
    if (result) return result->question ? "asked" : "planned";
    return result.error().code;
  }
  void answer(std::string name, tasks::Verdict verdict, std::string text = "") {
    step.answers.push_back({.step = 0, .name = std::move(name), .verdict = verdict, .text = std::move(text), .by = "ann"});
  }

  testing::GitFixture remote;
  testing::MemoryArtifacts store;
  testing::FakeStepContext context{store};
  runtime::Step step = testing::make_step(remote.url(), {}, tasks::Queue::planning, "plan");
  Listening model;
  const llm::Prompts prompts = llm::Prompts::open().value();
  const llm::Catalogue models{{llm::scripted_entry()}};
  const PromptPlanner planner{{.model = model, .models = models, .intent = **prompts.get("intent"), .plan = **prompts.get("plan")}};
  PlanningHandler handler{{.work_dir = remote.work_dir(), .allow_file = true, .timeout = std::chrono::seconds(60)}, &planner};
  std::vector<tasks::NewStep> added;
  tasks::PlanOutput output;
};

}  // namespace argosy::planning
