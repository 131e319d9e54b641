// An agent as an object: what it is told, which models and tools it may use, and how far it may go. Built-in ones stand in the program,
// organisations keep their own, versioned. Values, any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/core/json.h"

namespace argosy::tasks {

// Of one step of an agent, its continuations counted in.
struct AgentLimits {
  std::int64_t rounds = 60;         // answers of the model
  std::int64_t tokens = 2'000'000;  // in and out
  std::int64_t minutes = 120;       // wall time, waiting not counted
  std::int64_t compactions = 4;
  std::int64_t runs = 40;  // commands, tests, linters, installs
  std::int64_t files_changed = 200;
  friend bool operator==(const AgentLimits&, const AgentLimits&) = default;
};

struct AgentSpec {
  std::string name;                // small letters, digits, dashes; at most 64
  std::int64_t version = 0;        // 0: built in
  std::string about{};             // for people
  std::string owner{};             // a user; empty: built in
  std::string role;                // planner, retriever, coder, ...: who asks, for routes and scripts
  std::string prompt = "edit";     // a template's name
  std::string instructions{};      // of whoever made the agent, shown as rules
  std::string model{};             // by its name in models.yaml; empty: the route decides
  std::vector<std::string> tools;  // by their names; none other is offered or done
  AgentLimits limits{};
  std::vector<std::string> avoid_files{};  // globs, beside those of the task
  std::vector<std::string> callbacks{};    // https URLs that are told of its ends
  std::vector<std::string> may_use{};      // users besides the owner; empty: everybody of the organisation
  friend bool operator==(const AgentSpec&, const AgentSpec&) = default;
};

// planner, retriever, coder, refactorer, verifier, researcher, supervisor; each with what it needs and no more. Live as long as the
// program.
std::span<const AgentSpec> built_in_agents();
const AgentSpec* built_in_agent(std::string_view name);

// All tools that an agent may name.
std::span<const std::string_view> agent_tools();

json::Value to_json(const AgentSpec& spec);
// Strict, for people's own: unknown members, unknown tools, names of built-in agents are refused. Errors (B): agent_invalid, with the
// pointer.
Result<AgentSpec> agent_spec_from(std::string_view json_text);

}  // namespace argosy::tasks
