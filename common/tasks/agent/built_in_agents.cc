#include <algorithm>
#include <array>

#include "common/tasks/agent/agent_spec.h"

namespace argosy::tasks {
namespace {

using Tools = std::vector<std::string>;

constexpr auto kTools = std::to_array<std::string_view>({"read_file",       "list_directory",
                                                         "search_files",    "get_file_summary",
                                                         "parse_ast",       "find_dependencies",
                                                         "find_references", "detect_patterns",
                                                         "semantic_search", "edit_file",
                                                         "create_file",     "delete_file",
                                                         "apply_diff",      "generate_snippet",
                                                         "generate_tests",  "refactor_suggestion",
                                                         "run_command",     "run_linter",
                                                         "run_tests",       "install_dependency",
                                                         "ask_user",        "rename_symbol",
                                                         "move_symbol",     "rename_module",
                                                         "add_import",      "remove_unused_imports",
                                                         "replace_call",    "codemod",
                                                         "research",        "vulnerability_lookup",
                                                         "finish"});

const Tools kLook{"read_file", "list_directory", "search_files", "get_file_summary"};
const Tools kUnderstand{"parse_ast", "find_dependencies", "find_references", "detect_patterns", "semantic_search"};
const Tools kReshape{"rename_symbol", "move_symbol", "rename_module", "add_import", "remove_unused_imports", "replace_call", "codemod"};
const Tools kEdit{"edit_file", "create_file", "delete_file", "apply_diff"};

Tools all_of(std::initializer_list<Tools> groups) {
  Tools all;
  for (const auto& group : groups) all.insert(all.end(), group.begin(), group.end());
  all.emplace_back("finish");
  return all;
}

// Who may edit is told how to edit, the others how to look.
std::string prompt_for(const Tools& tools) { return std::ranges::find(tools, kEdit.front()) != tools.end() ? "edit" : "look"; }

AgentSpec spec(std::string name, std::string about, std::string instructions, Tools tools, AgentLimits limits) {
  AgentSpec made{.name = name,
                 .about = std::move(about),
                 .role = std::move(name),
                 .prompt = prompt_for(tools),
                 .instructions = std::move(instructions),
                 .tools = std::move(tools)};
  made.limits = limits;
  return made;
}

// Of those that change nothing.
constexpr AgentLimits kReading{.rounds = 30, .tokens = 1'000'000, .minutes = 60, .runs = 0, .files_changed = 0};
constexpr AgentLimits kChecking{.rounds = 30, .tokens = 1'000'000, .minutes = 60, .runs = 20, .files_changed = 0};

std::vector<AgentSpec> make() {
  return {
      spec("planner", "Finds out what a task asks for and how it is split into steps; changes nothing.",
           "You plan and change nothing. Look at what the task names before you split it; ask only what cannot be found out.",
           all_of({kLook, kUnderstand, {"ask_user"}}), kReading),
      spec("retriever", "Finds the places in a repository that matter for a question; changes nothing.",
           "You look for what is asked and change nothing. Answer in the summary of finish: paths with line numbers, and why each matters.",
           all_of({kLook, kUnderstand}), kReading),
      spec("coder", "Makes one step's change and its tests, runs them, and mends what fails.", "",
           all_of({kLook,
                   kUnderstand,
                   kEdit,
                   kReshape,
                   {"generate_snippet", "generate_tests", "run_command", "run_linter", "run_tests", "install_dependency", "ask_user"}}),
           {}),
      spec("refactorer", "Changes the shape of code, not what it does.",
           "What the code does must not change. Run the tests before the first edit and after the last; where there are none for what you "
           "touch, say so in `not_done`.",
           all_of({kLook, kUnderstand, kEdit, kReshape, {"refactor_suggestion", "run_linter", "run_tests"}}), {}),
      spec(
          "verifier", "Checks whether a change does what was asked, by running it; changes nothing.",
          "You check and change nothing. For each criterion run what proves or disproves it, and report what you saw, not what you expect.",
          all_of({kLook, {"find_references", "run_command", "run_linter", "run_tests"}}), kChecking),
      spec("researcher", "Finds out about libraries, patterns and causes; changes and runs nothing.",
           "You find out and change nothing. Say for each finding where it stands. What you do not know you do not guess.",
           all_of({kLook, {"find_dependencies", "detect_patterns", "semantic_search", "research", "vulnerability_lookup"}}), kReading),
      spec("supervisor", "Looks at what other agents have done and decides with a person how to go on; changes nothing.",
           "You judge the work of others and change nothing. Ask the person when a decision is theirs.",
           all_of({kLook, {"find_dependencies", "ask_user"}}), kReading),
  };
}

}  // namespace

std::span<const AgentSpec> built_in_agents() {
  static const std::vector<AgentSpec> kAll = make();
  return kAll;
}

const AgentSpec* built_in_agent(std::string_view name) {
  for (const auto& agent : built_in_agents())
    if (agent.name == name) return &agent;
  return nullptr;
}

std::span<const std::string_view> agent_tools() { return kTools; }

}  // namespace argosy::tasks
