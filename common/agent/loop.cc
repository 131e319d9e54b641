#include "common/agent/loop.h"

#include <utility>

#include "common/agent/loop/turn.h"

namespace argosy::agent {
namespace {

// Time that passed since it was asked for, until now: an answer is work, a run or a person's word is not waited for by the agent.
void count_time(const LoopParts& parts, LoopState& state, UnixMillis& since, bool worked) {
  if (!parts.now) return;
  const auto now = parts.now();
  if (worked && since != 0 && now > since) state.worked_ms += now - since;
  since = now;
}

}  // namespace

Loop::Loop(LoopParts parts, LoopState state) : parts_(std::move(parts)), state_(std::move(state)) {
  count_time(parts_, state_, since_, false);
}

Next Loop::go_on() {
  count_time(parts_, state_, since_, false);
  return Turn(parts_, state_, edited_).go_on();
}

void Loop::allow_anew() { Turn(parts_, state_, edited_).allow_anew(); }

Next Loop::answered(const llm::Answer& answer, NanoUsd cost) {
  state_.money += cost;
  state_.last_cost = cost;
  count_time(parts_, state_, since_, true);
  return Turn(parts_, state_, edited_).answer(answer);
}

void Loop::write_in(code::EditFormat format) {
  if (!state_.format_is_settled) state_.format = fitting_format(format, parts_.agent.tools);
}

Next Loop::ran(const std::vector<tasks::RunResult>& results) {
  count_time(parts_, state_, since_, false);
  return Turn(parts_, state_, edited_).ran(results);
}

Next Loop::told(const tasks::Answer& answer) {
  count_time(parts_, state_, since_, false);
  return Turn(parts_, state_, edited_).told(answer);
}

}  // namespace argosy::agent
