// Whether an agent may end its work.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "common/agent/loop/limits.h"
#include "common/agent/loop/turn.h"
#include "common/agent/state/bytes_json.h"
#include "common/core/failpoint.h"
#include "common/core/text.h"

namespace argosy::agent {
namespace {

// How each criterion is met, by its id.
std::map<std::string, std::string> told_criteria(const json::Value& arguments) {
  std::map<std::string, std::string> told;
  for (const auto& one : arguments.array_or_empty("criteria")) told[one.string_or("id", "")] = text::trim(one.string_or("how", ""));
  return told;
}

// A result of the same answer that says otherwise: the model has not seen it when it called finish.
bool something_failed(const llm::Message& results) {
  return std::ranges::any_of(results.parts, [](const llm::Part& part) {
    const auto* result = std::get_if<llm::ToolResult>(&part);
    return result != nullptr && result->failed;
  });
}

}  // namespace

std::optional<End> Turn::finished(const llm::ToolCall& call) {
  const auto refused = [&](std::string text) {
    remember(
        {.action = Action{call.name, call.arguments}, .observation = Observation{.output = {}, .error = text}, .round = state_.rounds});
    close(call, std::move(text), true);
    return std::nullopt;
  };
  const auto checked = arguments_of(parts_.tools, call);
  if (!checked) return refused("The work is not ended: " + checked.error());
  const json::Value arguments(*checked);
  const auto summary = clean_text(text::trim(arguments.string_or("summary", "")));
  const auto not_done = clean_text(text::trim(arguments.string_or("not_done", "")));
  if (summary.empty()) return refused("The work is not ended: say in `summary` what was done.");
  if (ARGOSY_FAILPOINT("policy.off")) return End{.reason = tasks::EndReason::completed, .text = summary};
  if (state_.text_edits_failed || (state_.messages.back().role == llm::Role::user && something_failed(state_.messages.back())))
    return refused("The work is not ended: another call of the same answer has failed. Look at its result first.");
  const auto told = told_criteria(arguments);
  std::vector<std::string> open, met;
  for (const auto& criterion : parts_.criteria) {
    const auto found = told.find(criterion.id);
    if (found == told.end() || found->second.empty())
      open.push_back(fmt::format("{} ({})", criterion.id, text::ellipsize(criterion.text, kMaxKeptOutput)));
    else
      met.push_back(fmt::format("{}: {}", criterion.id, text::ellipsize(clean_text(found->second), kMaxThought)));
  }
  if (!open.empty() && not_done.empty())
    return refused("The work is not ended: say in `criteria` how each is met, or in `not_done` why it cannot be. Missing: " +
                   text::join(open, "; "));
  std::string text = summary;
  for (const auto& one : met) text += "\n" + one;
  if (!not_done.empty()) text += "\nNot done: " + not_done;
  if (open.empty()) return End{.reason = tasks::EndReason::completed, .text = std::move(text)};
  return End{.reason = tasks::EndReason::needs_user, .text = text + "\nNot met: " + text::join(open, "; ")};
}

}  // namespace argosy::agent
