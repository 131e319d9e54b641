// A loop with a scripted model: answers and what came of them. One thread.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <deque>
#include <set>

#include "common/agent/loop.h"
#include "common/llm/prompts/library.h"
#include "tests/unit/agent/support.h"

namespace argosy::agent {

inline llm::ToolCall calls(std::string name, std::string arguments, std::string id = "c") {
  return {.id = std::move(id), .name = std::move(name), .arguments = std::move(arguments)};
}
inline llm::Answer answers(std::string text, std::vector<llm::ToolCall> calls = {}) {
  const auto stop = calls.empty() ? llm::StopReason::end_turn : llm::StopReason::tool_use;
  return {
      .text = std::move(text), .tool_calls = std::move(calls), .stop = stop, .usage = {.input = 1'000, .output = 100}, .complete = true};
}
inline llm::Answer answers(std::vector<llm::ToolCall> calls) { return answers("", std::move(calls)); }
inline llm::ToolCall finish(std::string more = "") { return calls("finish", R"({"summary":"all is done")" + more + "}"); }

class LoopTest : public ::testing::Test {
 protected:
  LoopTest() {
    agent.name = "coder";
    agent.role = "coder";
    agent.tools = {"read_file", "edit_file", "create_file", "run_command", "run_tests", "ask_user", "finish"};
  }

  Loop loop(LoopState state) {
    return Loop({.agent = agent,
                 .tools = tools,
                 .policy = policy,
                 .tree = tree,
                 .emit = [this](tasks::NewEvent event) { events.push_back(std::move(event)); },
                 .now = [this] { return now; },
                 .criteria = criteria,
                 .summary = summary,
                 .context_tokens = context_tokens,
                 .answer_tokens = 1'000,
                 .purse = [this] { return purse; },
                 .budget_share = budget_share},
                std::move(state));
  }
  Loop loop() { return loop(start()); }
  static LoopState start() {
    LoopState state;
    state.messages = {{.role = llm::Role::system, .parts = {llm::Text{"You change code."}}},
                      {.role = llm::Role::user, .parts = {llm::Text{"Make one() return 2."}}}};
    return state;
  }

  // Each call of the conversation has exactly one result, in the message behind it, before any text.
  static void expect_sound(const LoopState& state) {
    std::set<std::string> ids;
    for (const auto& call : state.open) ids.insert(call.id);
    for (std::size_t i = 0; i < state.messages.size(); ++i) {
      const auto& message = state.messages[i];
      ASSERT_FALSE(message.parts.empty());
      std::multiset<std::string> called, answered;
      for (const auto& part : message.parts)
        if (const auto* call = std::get_if<llm::ToolCall>(&part)) called.insert(call->id);
      if (called.empty()) continue;
      if (i + 1 < state.messages.size()) {
        ASSERT_EQ(state.messages[i + 1].role, llm::Role::user);
        bool text = false;
        for (const auto& part : state.messages[i + 1].parts) {
          const auto* result = std::get_if<llm::ToolResult>(&part);
          text = text || result == nullptr;
          if (result != nullptr) {
            EXPECT_FALSE(text) << "a result behind a text";
            answered.insert(result->call);
          }
        }
      }
      if (i + 2 >= state.messages.size())
        for (const auto& id : ids) answered.insert(id);
      EXPECT_EQ(called, answered);
    }
  }

  static std::string results(const LoopState& state) {
    std::string all;
    for (const auto& part : state.messages.back().parts) {
      if (const auto* result = std::get_if<llm::ToolResult>(&part))
        all += fmt::format("{}{}: {}\n", result->failed ? "!" : "", result->call, result->text);
      if (const auto* text = std::get_if<llm::Text>(&part)) all += text->text + "\n";
    }
    return all;
  }

  tasks::AgentSpec agent;
  Toolbox tools;
  Policy policy;
  std::shared_ptr<const code::SourceTree> tree = tree_of({{"a.py", "def one():\n    return 1\n"}, {"b.py", "x = 1\n"}});
  std::vector<tasks::NewEvent> events;
  std::vector<tasks::Criterion> criteria;
  const llm::Prompt* summary = nullptr;
  std::int64_t context_tokens = 128'000;
  Purse purse;
  double budget_share = 0;
  UnixMillis now = 1;
};

}  // namespace argosy::agent
