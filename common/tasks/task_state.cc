#include "common/tasks/task_state.h"

#include <algorithm>
#include <array>

namespace argosy::tasks {
namespace {

using enum TaskState;
using E = TaskEvent;

// A claim touches step rows only, so a task's row may still say `queued` (or `waiting`) when its plan is finished, or even when its last
// step is: what ends the work must be legal from every state that is not final.
constexpr auto kTransitions = std::to_array<TaskTransition>({
    {queued, E::plan_claimed, planning},    {queued, E::plan_finished, running},
    {planning, E::plan_finished, running},  {queued, E::parked, waiting},
    {planning, E::parked, waiting},         {running, E::parked, waiting},
    {waiting, E::plan_claimed, planning},   {waiting, E::resumed, running},
    {queued, E::all_succeeded, succeeded},  {planning, E::all_succeeded, succeeded},
    {running, E::all_succeeded, succeeded}, {waiting, E::all_succeeded, succeeded},
    {queued, E::step_failed, failed},       {planning, E::step_failed, failed},
    {running, E::step_failed, failed},      {waiting, E::step_failed, failed},
    {queued, E::cancelled, cancelled},      {planning, E::cancelled, cancelled},
    {running, E::cancelled, cancelled},     {waiting, E::cancelled, cancelled},
    {succeeded, E::reopened, running},      {failed, E::reopened, running},
    {cancelled, E::reopened, running},
});

constexpr std::array<std::string_view, 7> kNames{"queued", "planning", "running", "waiting", "succeeded", "failed", "cancelled"};
constexpr std::array<std::string_view, 8> kEventNames{"plan_claimed",  "plan_finished", "parked",    "resumed",
                                                      "all_succeeded", "step_failed",   "cancelled", "reopened"};

}  // namespace

std::span<const TaskTransition> task_transitions() { return kTransitions; }

std::optional<TaskState> next(TaskState from, TaskEvent event) {
  const auto* hit = std::ranges::find_if(kTransitions, [&](const TaskTransition& t) { return t.from == from && t.event == event; });
  if (hit == kTransitions.end()) return std::nullopt;
  return hit->to;
}

bool is_final(TaskState state) { return state == succeeded || state == failed || state == TaskState::cancelled; }

std::string_view to_string(TaskState state) { return kNames[static_cast<std::size_t>(state)]; }
std::string_view to_string(TaskEvent event) { return kEventNames[static_cast<std::size_t>(event)]; }

std::optional<TaskState> task_state_from_string(std::string_view text) {
  const auto* hit = std::ranges::find(kNames, text);
  if (hit == kNames.end()) return std::nullopt;
  return static_cast<TaskState>(hit - kNames.begin());
}

}  // namespace argosy::tasks
