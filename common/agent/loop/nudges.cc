// What an agent that goes in circles is told: a nudge, then to change its approach, then it ends.
#include <fmt/format.h>

#include "common/agent/loop/limits.h"
#include "common/agent/loop/turn.h"
#include "common/core/failpoint.h"

namespace argosy::agent {
namespace {

std::string_view what_is_seen(StuckKind kind) {
  switch (kind) {
    case StuckKind::same_result:
      return "You have made the same call several times, and its result was the same each time.";
    case StuckKind::same_error:
      return "The same error has come back several times in a row.";
    case StuckKind::alternating:
      return "You alternate between two calls whose results do not change.";
    case StuckKind::monologue:
      return "You write messages one after the other and call no tool.";
    case StuckKind::no_progress:
      return "For many rounds you have neither changed a file nor learned anything new.";
    case StuckKind::repeated_text:
      return "Your last answer repeats the same words again and again.";
    case StuckKind::context_errors:
      return "Your context was trimmed again and again, and nothing was done between.";
  }
  return {};
}

constexpr std::string_view kNudge =
    "Doing it again will not help. Say in one sentence what you have learned from it, and take another step: read what the error or the "
    "result names, or make the next edit.";
constexpr std::string_view kOtherApproach =
    "This is the second time. Drop what you are doing and change your approach: write down as a list \"- [ ] ...\" what is left to do, "
    "take "
    "the smallest piece, and do it in another way than before, with another tool if need be. If you cannot, call finish and say in "
    "`not_done` why. Once more, and the work ends here.";

std::int64_t grace(StuckKind kind) { return kind == StuckKind::no_progress ? kLongGrace : kGraceRounds; }

}  // namespace

std::optional<End> Turn::out_of_circles() {
  if (ARGOSY_FAILPOINT("policy.off")) return std::nullopt;
  const auto kind = stuck(state_.history, may_edit());
  const auto since = state_.rounds - state_.nudged_at;
  if (!kind) {
    if (state_.nudges > 0 && since > kCalmRounds) state_.nudges = 0;
    return std::nullopt;
  }
  if (state_.nudges > 0 && since < grace(*kind)) return std::nullopt;
  if (state_.nudges >= 2)
    return ended(tasks::EndReason::stuck, fmt::format("it went in circles and did not find out ({})", to_string(*kind)));
  const bool again = state_.nudges > 0;
  say(fmt::format("{} {}", what_is_seen(*kind), again ? kOtherApproach : kNudge));
  if (again && may_edit()) write_in(next_format(state_.format, parts_.agent.tools));
  ++state_.nudges;
  state_.nudged_at = state_.rounds;
  return std::nullopt;
}

}  // namespace argosy::agent
