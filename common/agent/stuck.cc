#include "common/agent/stuck.h"

#include <algorithm>
#include <array>
#include <set>

#include "common/agent/stuck/gist.h"
#include "common/agent/stuck/steps.h"

namespace argosy::agent {
namespace {

constexpr std::array<std::string_view, 7> kKinds{"same_result", "same_error",    "alternating",   "monologue",
                                                 "no_progress", "repeated_text", "context_errors"};

using Steps = std::span<const StuckStep>;

Steps last(Steps steps, std::size_t count) { return steps.last(std::min(count, steps.size())); }

bool same_results(Steps steps) {
  const auto end = last(steps, kSameResults);
  const auto empty = [](const StuckStep& step) { return step.call.empty() && step.result == "\x1f\x1f"; };  // says nothing at all
  return end.size() == kSameResults && !empty(end[0]) &&
         std::ranges::all_of(end, [&](const StuckStep& step) { return step.result && step == end[0]; });
}

bool unanswered(Steps steps) {
  const auto end = last(steps, kUnansweredCalls);
  return end.size() == kUnansweredCalls && std::ranges::all_of(end, [&](const StuckStep& step) { return !step.result && step == end[0]; });
}

bool same_errors(Steps steps) {
  const auto same = [&](std::size_t count, bool of_one_call) {
    const auto end = last(steps, count);
    return end.size() == count && !end[0].error.empty() && std::ranges::all_of(end, [&](const StuckStep& step) {
             return step.error == end[0].error && (!of_one_call || step.call == end[0].call);
           });
  };
  return same(kSameErrors, true) || same(kSameErrorsOfAny, false);
}

bool alternating(Steps steps) {
  const auto end = last(steps, kAlternatingCalls);
  if (end.size() < kAlternatingCalls || end[0] == end[1]) return false;
  for (std::size_t i = 0; i < end.size(); ++i)
    if (!end[i].result || end[i] != end[i % 2]) return false;
  return true;
}

// All of the last calls were made before, with the same result.
bool without_news(Steps steps) {
  if (steps.size() <= kCallsWithoutNews) return false;
  std::set<std::pair<std::string_view, std::string_view>> before;
  std::size_t old = 0;
  for (const auto& step : steps) {
    const bool known = step.result && !before.emplace(step.call, *step.result).second;
    old = known && !step.changed_files ? old + 1 : 0;
  }
  return old >= kCallsWithoutNews;
}

bool without_change(Steps steps) {
  std::size_t rounds = 0;
  std::int64_t round = -1;
  for (auto step = steps.rbegin(); step != steps.rend() && !step->changed_files; ++step) {
    if (step->round == 0 || step->round != round) ++rounds;
    round = step->round;
  }
  return rounds >= kRoundsWithoutChange;
}

// Only what was said since the last call counts.
bool monologue(std::span<const Happening> history) {
  std::size_t on_end = 0;
  bool asked = false;
  std::vector<std::string> said;
  for (auto one = history.rbegin(); one != history.rend() && !one->action && !one->observation; ++one) {
    asked = asked || one->role == "user";
    if (one->role != "assistant") continue;
    on_end += asked ? 0 : 1;
    if (said.size() < kSameMessages) said.push_back(gist(one->text));
  }
  const bool same = said.size() == kSameMessages && std::ranges::all_of(said, [&](const std::string& text) { return text == said[0]; });
  return same || on_end >= kMessagesOnEnd;
}

// In the last answer; what was done since has ended it.
bool said_again_and_again(std::span<const Happening> history) {
  std::int64_t round = 0;
  for (auto one = history.rbegin(); one != history.rend(); ++one) {
    if (one->role == "assistant") return (round == 0 || one->round == round) && repeats_itself(one->text);
    if (!one->action && !one->observation) continue;
    if (one->round == 0 || (round != 0 && one->round != round)) return false;
    round = one->round;
  }
  return false;
}

bool context_errors(std::span<const Happening> history) {
  std::size_t trimmed = 0;
  for (auto one = history.rbegin(); one != history.rend(); ++one) {
    if (one->role == "user") continue;
    if (one->role != "system") break;
    ++trimmed;
  }
  return trimmed >= kContextErrors;
}

}  // namespace

std::string_view to_string(StuckKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::optional<StuckKind> stuck_kind_from_string(std::string_view text) {
  const auto* const hit = std::ranges::find(kKinds, text);
  return hit == kKinds.end() ? std::nullopt : std::optional(static_cast<StuckKind>(hit - kKinds.begin()));
}

std::optional<StuckKind> stuck(std::span<const Happening> history, bool may_edit) {
  const auto steps = steps_of(history);
  if (same_errors(steps)) return StuckKind::same_error;
  if (same_results(steps) || unanswered(steps)) return StuckKind::same_result;
  if (alternating(steps)) return StuckKind::alternating;
  if (said_again_and_again(history)) return StuckKind::repeated_text;
  if (monologue(history)) return StuckKind::monologue;
  if (context_errors(history)) return StuckKind::context_errors;
  if (without_news(steps) || (may_edit && without_change(steps))) return StuckKind::no_progress;
  return std::nullopt;
}

}  // namespace argosy::agent
