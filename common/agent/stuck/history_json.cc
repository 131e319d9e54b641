#include <fmt/format.h>

#include "common/agent/stuck.h"
#include "common/agent/stuck/steps.h"
#include "common/core/text.h"

namespace argosy::agent {
namespace {

std::unexpected<Error> malformed(std::size_t index, std::string_view what) {
  return fail_user("history_malformed", fmt::format("entry {}: {}", index + 1, what),
                   "a list of {\"action\":{\"tool\",\"arguments\"},\"observation\":{\"output\",\"exit_code\",\"error\"}} and "
                   "{\"message\":{\"role\",\"text\"}}");
}

const json::Value* given(const json::Value& value, std::string_view key) {
  const auto* found = value.find(key);
  return found == nullptr || found->is_null() ? nullptr : found;
}

// A text as it is, anything else as JSON; arguments may be either, and mean the same.
std::string text_of(const json::Value* value) {
  if (value == nullptr) return {};
  return value->is_string() ? value->as_string() : json::canonical(*value);
}

Result<Action> action_of(const json::Value& value, std::size_t index) {
  if (!value.is_object()) return malformed(index, "action must be an object");
  const auto* tool = given(value, "tool");
  if (tool == nullptr || !tool->is_string()) return malformed(index, "action.tool must be a text");
  Action action{.tool = tool->as_string(), .arguments = text_of(given(value, "arguments"))};
  if (const auto parsed = json::parse(action.arguments)) action.arguments = json::canonical(*parsed);
  return action;
}

Result<Observation> observation_of(const json::Value& value, std::size_t index) {
  if (!value.is_object()) return malformed(index, "observation must be an object");
  Observation seen{.output = text_of(given(value, "output")), .error = text_of(given(value, "error"))};
  if (const auto* code = given(value, "exit_code")) {
    if (!code->is_int()) return malformed(index, "observation.exit_code must be a whole number or null");
    seen.exit_code = static_cast<int>(code->as_int());
  }
  if (seen.error == "false") seen.error.clear();  // some record whether, not what
  return seen;
}

Result<Happening> message_of(const json::Value& value, std::size_t index) {
  const auto role = value.string_or("role", "");
  if (role != "assistant" && role != "user" && role != "system")
    return malformed(index, "message.role must be \"assistant\", \"user\" or \"system\"");
  return Happening{.role = role, .text = text_of(given(value, "text"))};
}

}  // namespace

Result<std::vector<Happening>> history_from(std::string_view json_text) {
  ARGOSY_TRY(const auto value, json::parse(json_text, {.max_bytes = kMaxHistoryBytes}));
  if (!value.is_array()) return fail_user("history_malformed", "it is no list", "a JSON list of what happened, oldest first");
  std::vector<Happening> history;
  for (std::size_t index = 0; index < value.as_array().size(); ++index) {
    const auto& entry = value.as_array()[index];
    const auto *action = given(entry, "action"), *seen = given(entry, "observation"), *message = given(entry, "message");
    if (action == nullptr && seen == nullptr && message == nullptr)
      return malformed(index, "it has neither an action nor an observation nor a message");
    if (message != nullptr) {
      ARGOSY_TRY(history.emplace_back(), message_of(*message, index));
    }
    if (action == nullptr && seen == nullptr) continue;
    Happening one;
    if (action != nullptr) {
      ARGOSY_TRY(one.action, action_of(*action, index));
    }
    if (seen != nullptr) {
      ARGOSY_TRY(one.observation, observation_of(*seen, index));
    }
    const bool failed = one.observation && (!one.observation->error.empty() || one.observation->exit_code.value_or(0) != 0);
    one.changed_files = one.action && !failed && looks_like_edit(*one.action);
    history.push_back(std::move(one));
  }
  return history;
}

}  // namespace argosy::agent
