#include "common/tasks/agent/end_of_task.h"

#include <algorithm>
#include <array>
#include <utility>

namespace argosy::tasks {
namespace {

using Code = std::pair<std::string_view, EndReason>;
constexpr std::string_view kOfAgents = "agent_";
// Of others, those whose category does not tell.
constexpr auto kOtherCodes = std::to_array<Code>({{"budget_exhausted", EndReason::budget},
                                                  {"model_quota_spent", EndReason::budget},
                                                  {"request_refused", EndReason::refused},
                                                  {"step_timed_out", EndReason::timeout}});

std::optional<EndReason> find(std::string_view code) {
  if (code.starts_with(kOfAgents)) return end_reason_from_string(code.substr(kOfAgents.size()));
  const auto found = std::ranges::find(kOtherCodes, code, &Code::first);
  return found == kOtherCodes.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

std::optional<EndReason> end_reason_of(TaskState state, const std::optional<Error>& error) {
  if (state == TaskState::succeeded) return EndReason::completed;
  if (state == TaskState::cancelled) return EndReason::cancelled;
  if (state != TaskState::failed) return std::nullopt;
  if (!error) return EndReason::error;
  if (const auto known = find(error->code)) return known;
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

std::string agent_error_code(EndReason reason) { return std::string(kOfAgents) + std::string(to_string(reason)); }

}  // namespace argosy::tasks
