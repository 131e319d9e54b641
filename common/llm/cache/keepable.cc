#include "common/llm/cache/keepable.h"

#include <algorithm>

#include "common/core/redact.h"

namespace argosy::llm {
namespace {

bool is_clean(const std::string& text) { return redact_personal(text) == text; }

}  // namespace

bool is_keepable(const CallResult& result) {
  const Answer& answer = result.answer;
  if (result.fault || result.source != Source::model || !answer.complete || !answer.error.empty()) return false;
  if (std::ranges::any_of(answer.tool_calls, [](const ToolCall& call) { return !call.problem.empty(); })) return false;
  if (answer.stop == StopReason::tool_use) return !answer.tool_calls.empty();
  return answer.stop == StopReason::end_turn && answer.tool_calls.empty() && !answer.text.empty();
}

bool is_transferable(const Answer& answer) { return answer.stop == StopReason::end_turn && answer.tool_calls.empty(); }

bool holds_secrets(const Answer& answer) {
  return !is_clean(answer.text) || !std::ranges::all_of(answer.thinking, is_clean, &Thinking::text) ||
         !std::ranges::all_of(answer.tool_calls, is_clean, &ToolCall::arguments);
}

}  // namespace argosy::llm
