#include "common/agent/stuck/steps.h"

#include <algorithm>
#include <array>

#include "common/agent/stuck/gist.h"
#include "common/core/text.h"
#include "common/core/text/lasting.h"

namespace argosy::agent {
namespace {

constexpr std::array<std::string_view, 13> kEditing{"edit",   "write",   "create", "delete", "remove",  "apply", "patch",
                                                    "insert", "replace", "rename", "move",   "codemod", "undo"};
constexpr std::array<std::string_view, 16> kEditingShell{" > ",    ">> ",          "sed -i", "tee ",       "git apply", "patch ",
                                                         "mv ",    "cp ",          "rm ",    "mkdir ",     "touch ",    "git mv",
                                                         "git rm", "git checkout", "write(", "write_text("};

// Interpreters tell errors in their last line, with an exit code that nobody recorded: "SyntaxError: invalid syntax".
std::string named_error(std::string_view output) {
  output = text::trim(output);
  const auto line = output.substr(output.rfind('\n') + 1);  // npos + 1 is 0
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return {};
  const auto name = line.substr(0, colon);
  const bool one_word = std::ranges::none_of(name, [](char c) { return c == ' ' || c == '\t'; });
  return one_word && (name.ends_with("Error") || name.ends_with("Exception")) ? std::string(output) : std::string();
}

std::string error_of(const Observation& seen) {
  if (!seen.error.empty()) return text::lasting(seen.error + "\n" + seen.output);
  if (seen.exit_code && *seen.exit_code != 0) return text::lasting(seen.output);
  return seen.exit_code ? std::string() : text::lasting(named_error(seen.output));
}

void observe(StuckStep& step, const Observation& seen) {
  const std::string code = seen.exit_code ? std::to_string(*seen.exit_code) : "";
  step.result = code + "\x1f" + text::lasting(seen.error) + "\x1f" + text::lasting(seen.output);
  step.error = error_of(seen);
  if (step.error.empty() && seen.exit_code.value_or(0) != 0) step.error = "exit code " + code;
}

}  // namespace

std::vector<StuckStep> steps_of(std::span<const Happening> history) {
  std::vector<StuckStep> steps;
  std::vector<std::size_t> open;  // actions without a result, the oldest first
  for (const auto& one : history) {
    if (one.action) {
      steps.push_back({.call = one.action->tool + "\x1f" + lasting_arguments(one.action->arguments),
                       .changed_files = one.changed_files,
                       .round = one.round});
      if (one.observation)
        observe(steps.back(), *one.observation);
      else
        open.push_back(steps.size() - 1);
    } else if (one.observation && !open.empty()) {
      observe(steps[open.front()], *one.observation);
      open.erase(open.begin());
    } else if (one.observation) {
      observe(steps.emplace_back(), *one.observation);
      steps.back().round = one.round;
    }
  }
  return steps;
}

bool looks_like_edit(const Action& action) {
  const auto tool = text::lower(action.tool);
  const auto value = json::parse(action.arguments);
  const auto command = value ? value->string_or("command", "") : std::string();
  if (command == "view") return false;  // of the editor that has one name for all that it does
  if (std::ranges::any_of(kEditing, [&](std::string_view word) { return tool.contains(word); })) return true;
  if (tool.contains("editor") && !command.empty()) return true;
  const auto& shell = command.empty() && value ? value->string_or("code", "") : command;
  return std::ranges::any_of(kEditingShell, [&](std::string_view word) { return shell.contains(word); });
}

}  // namespace argosy::agent
