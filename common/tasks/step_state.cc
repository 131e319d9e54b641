#include "common/tasks/step_state.h"

#include <algorithm>
#include <array>

namespace argosy::tasks {
namespace {

using enum StepState;
using E = StepEvent;

constexpr auto kTransitions = std::to_array<StepTransition>({
    {blocked, E::unblocked, ready},
    {ready, E::claimed, running},
    {ready, E::deferred, waiting},
    {running, E::finished, succeeded},
    {running, E::handed_back, ready},
    {running, E::owner_died, ready},
    {running, E::deferred, waiting},
    {running, E::gave_up, failed},
    {waiting, E::resumed, ready},
    {waiting, E::gave_up, failed},
    {blocked, E::cancelled, cancelled},
    {ready, E::cancelled, cancelled},
    {waiting, E::cancelled, cancelled},
    // The row moves at once and the worker hears of it with its next renewal: a finish that comes in between is dropped.
    {running, E::cancelled, cancelled},
    {failed, E::redriven, ready},
    {succeeded, E::rolled_back, superseded},
    {failed, E::rolled_back, superseded},
    // What was cancelled because another step failed comes back with it, or goes the way of what it hung on.
    {cancelled, E::redriven, blocked},
    {cancelled, E::rolled_back, superseded},
});

constexpr std::array<std::string_view, 8> kNames{"blocked",   "ready",  "running",   "waiting",
                                                 "succeeded", "failed", "cancelled", "superseded"};
constexpr std::array<std::string_view, 11> kEventNames{"unblocked", "claimed", "finished",  "handed_back", "owner_died", "deferred",
                                                       "resumed",   "gave_up", "cancelled", "redriven",    "rolled_back"};

}  // namespace

std::span<const StepTransition> step_transitions() { return kTransitions; }

std::optional<StepState> next(StepState from, StepEvent event) {
  const auto* hit = std::ranges::find_if(kTransitions, [&](const StepTransition& t) { return t.from == from && t.event == event; });
  if (hit == kTransitions.end()) return std::nullopt;
  return hit->to;
}

bool is_final(StepState state) { return state == succeeded || state == failed || state == StepState::cancelled || state == superseded; }

std::string_view to_string(StepState state) { return kNames[static_cast<std::size_t>(state)]; }
std::string_view to_string(StepEvent event) { return kEventNames[static_cast<std::size_t>(event)]; }

std::optional<StepState> step_state_from_string(std::string_view text) {
  const auto* hit = std::ranges::find(kNames, text);
  if (hit == kNames.end()) return std::nullopt;
  return static_cast<StepState>(hit - kNames.begin());
}

}  // namespace argosy::tasks
