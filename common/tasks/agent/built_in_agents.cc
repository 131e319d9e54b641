// The agents that everybody has. Each may use what its work needs: who only looks cannot change, who plans cannot run.
#include <algorithm>
#include <array>

#include "common/tasks/agent/agent_spec.h"

namespace argosy::tasks {
namespace {

constexpr auto kTools = std::to_array<std::string_view>(
    {"read_file",       "list_directory",      "search_files", "get_file_summary", "parse_ast",   "find_dependencies",  "find_references",
     "detect_patterns", "semantic_search",     "edit_file",    "create_file",      "delete_file", "apply_diff",         "generate_snippet",
     "generate_tests",  "refactor_suggestion", "run_command",  "run_linter",       "run_tests",   "install_dependency", "ask_user",
     "finish"});

using Tools = std::vector<std::string>;

Tools joined(Tools one, const Tools& other) {
  one.insert(one.end(), other.begin(), other.end());
  return one;
}

std::vector<AgentSpec> made() {
  const Tools look{"read_file",       "list_directory",    "search_files",    "get_file_summary", "parse_ast",
                   "find_references", "find_dependencies", "detect_patterns", "semantic_search"};
  const Tools change{"edit_file", "create_file", "delete_file", "apply_diff"};
  const Tools write{"generate_snippet", "generate_tests", "refactor_suggestion"};
  const Tools check{"run_tests", "run_linter"};
  const Tools end{"ask_user", "finish"};
  const auto one = [](std::string name, std::string about, std::string prompt, Tools tools) {
    return AgentSpec{.name = name, .about = std::move(about), .role = name, .prompt = std::move(prompt), .tools = std::move(tools)};
  };
  return {one("planner", "cuts a request into steps that can be done and tested one by one", "plan", joined(look, end)),
          one("retriever", "finds what matters for a question in the repository, and changes nothing", "edit", joined(look, {"finish"})),
          one("coder", "makes one step's change, and has it tested", "edit",
              joined(joined(joined(joined(look, change), write), check), joined({"run_command", "install_dependency"}, end))),
          one("refactorer", "changes the form of code and not what it does; brings no dependency", "edit",
              joined(joined(joined(look, change), {"refactor_suggestion"}), joined(check, end))),
          one("verifier", "runs what tells whether a change does what it should, and changes nothing", "review",
              joined(joined(look, check), joined({"run_command"}, end))),
          one("researcher", "answers questions about the repository and what it depends on", "edit", joined(look, end)),
          one("supervisor", "looks at what others did and says what is to be done next", "review", joined(look, end))};
}

const std::vector<AgentSpec>& all() {
  static const std::vector<AgentSpec> agents = made();
  return agents;
}

}  // namespace

std::span<const AgentSpec> built_in_agents() { return all(); }

const AgentSpec* built_in_agent(std::string_view name) {
  const auto found = std::ranges::find(all(), name, &AgentSpec::name);
  return found == all().end() ? nullptr : &*found;
}

std::span<const std::string_view> agent_tools() { return kTools; }

}  // namespace argosy::tasks
