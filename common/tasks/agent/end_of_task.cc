#include "common/tasks/agent/end_of_task.h"

#include <algorithm>
#include <array>
#include <utility>

namespace argosy::tasks {
namespace {

using Code = std::pair<std::string_view, EndReason>;
constexpr auto kAgentCodes = std::to_array<Code>({{"agent_out_of_budget", EndReason::budget},
                                                  {"agent_out_of_rounds", EndReason::iterations},
                                                  {"agent_stuck", EndReason::stuck},
                                                  {"agent_refused", EndReason::refused},
                                                  {"agent_needs_user", EndReason::needs_user},
                                                  {"agent_gate", EndReason::gate},
                                                  {"agent_out_of_time", EndReason::timeout},
                                                  {"agent_cancelled", EndReason::cancelled},
                                                  {"agent_failed", EndReason::error}});
// Of others, those that their category does not tell.
constexpr auto kOtherCodes = std::to_array<Code>({{"budget_exhausted", EndReason::budget},
                                                  {"model_quota_spent", EndReason::budget},
                                                  {"request_refused", EndReason::refused},
                                                  {"step_timed_out", EndReason::timeout}});

std::optional<EndReason> find(auto& codes, std::string_view code) {
  const auto found = std::ranges::find(codes, code, &Code::first);
  return found == codes.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

std::optional<EndReason> end_reason_of(TaskState state, const std::optional<Error>& error) {
  if (state == TaskState::succeeded) return EndReason::completed;
  if (state == TaskState::cancelled) return EndReason::cancelled;
  if (state != TaskState::failed) return std::nullopt;
  if (!error) return EndReason::error;
  if (const auto known = find(kAgentCodes, error->code)) return known;
  if (const auto known = find(kOtherCodes, error->code)) return known;
  switch (error->category) {
    case Category::needs_user:
      return EndReason::needs_user;
    case Category::code_logic:
      return EndReason::gate;
    case Category::transient:
    case Category::security:
      return EndReason::error;
  }
  return EndReason::error;
}

std::string_view agent_error_code(EndReason reason) {
  const auto found = std::ranges::find(kAgentCodes, reason, &Code::second);
  return found == kAgentCodes.end() ? "" : found->first;
}

}  // namespace argosy::tasks
