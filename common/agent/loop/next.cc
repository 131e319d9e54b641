// What is to be done next.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/agent/loop/limits.h"
#include "common/agent/loop/turn.h"
#include "common/agent/state/bytes_json.h"
#include "common/core/failpoint.h"
#include "common/core/text.h"

namespace argosy::agent {
namespace {

constexpr std::int64_t kMinute = 60'000;
constexpr std::size_t kMaxSaid = 2'000;

constexpr std::string_view kNotTheEnd = "This was not carried out: the work came to an end here, and now goes on.";
constexpr std::string_view kGoOn =
    "The work had come to an end here, and a person lets you go on: all rounds, tokens, runs and minutes are yours again. What you have "
    "changed is still there. Take up what is not done, in another way if the last one led nowhere.";

// The last words of the agent, for the text of an end.
std::string last_words(const std::vector<llm::Message>& messages) {
  for (auto message = messages.rbegin(); message != messages.rend(); ++message)
    if (message->role == llm::Role::assistant)
      for (const auto& part : message->parts)
        if (const auto* text = std::get_if<llm::Text>(&part)) return text::ellipsize(text->text, kMaxSaid);
  return {};
}

}  // namespace

Next Turn::go_on() {
  // What was kept while an answer was waited for asks for the same again.
  if (state_.asked_model && state_.summarising) {
    if (auto again = ask_for_summary()) return std::move(*again);
    state_.summarising = false;
  }
  if (state_.asked_model) return call_model();
  repair();
  work();
  return next();
}

// Rounds go on counting, for what happened is told by them.
void Turn::allow_anew() {
  state_.rounds_before = state_.nudged_at = state_.rounds;
  state_.money = 0;
  state_.tokens = state_.runs = state_.worked_ms = state_.nudges = state_.silent = 0;
  state_.ended_under = -1;
  state_.asked_model = state_.summarising = false;
  state_.history.clear();
  for (const auto& call : std::exchange(state_.open, {})) close(call, std::string(kNotTheEnd), true);
  say(std::string(kGoOn));
}

// Of calls that are open: what programs, a person or the end have to do with it.
std::optional<Next> Turn::waiting() {
  if (auto person = ask_about_protected()) return person;
  RunSteps steps;
  for (const auto& call : state_.open) {
    if (parts_.tools.effect(call.name) != Effect::run) continue;
    auto run = parts_.tools.run_of(call);
    if (!run) continue;  // it could be made when the call was kept
    run->call = call.id;
    steps.runs.push_back(std::move(*run));
  }
  if (!steps.runs.empty()) return steps;
  for (const auto& call : state_.open) {
    if (parts_.tools.effect(call.name) != Effect::ask) continue;
    return AskPerson{{.name = fmt::format("ask-{}", state_.asks + 1), .type = "question", .description = question_of(parts_.tools, call)}};
  }
  while (!state_.open.empty()) {
    const auto call = std::move(state_.open.back());
    state_.open.pop_back();
    if (auto end = finished(call)) {
      state_.open.push_back(call);  // the same end again, should it be asked for again
      return std::move(*end);
    }
  }
  return std::nullopt;
}

Next Turn::next() {
  if (auto wait = waiting()) return std::move(*wait);
  look_into_purse();
  if (auto end = at_a_limit()) return std::move(*end);
  if (auto end = out_of_circles()) return std::move(*end);
  if (auto summary = compact()) {
    state_.asked_model = true;
    state_.summarising = true;
    return std::move(*summary);
  }
  if (context_tokens() + parts_.answer_tokens > parts_.context_tokens)
    return ended(tasks::EndReason::budget, "the conversation fits into no model's context any more");
  if (state_.told_format != state_.format && may_edit()) {
    say("From now on: " + words_for(state_.format));
    state_.told_format = state_.format;
  }
  say(what_is_left());
  state_.asked_model = true;
  return call_model();
}

// The smaller of what there is and of what is left of the loop's own share.
void Turn::look_into_purse() {
  if (!parts_.purse) return;
  const auto purse = parts_.purse();
  tokens_left_ = purse.tokens_left;
  money_left_ = purse.money_left;
  const auto hold = [&](std::optional<std::int64_t>& left, const std::optional<std::int64_t>& whole, std::int64_t used) {
    if (!whole || parts_.budget_share <= 0) return;
    const auto own = static_cast<std::int64_t>(static_cast<double>(*whole) * std::min(parts_.budget_share, 1.0)) - used;
    left = std::max<std::int64_t>(0, std::min(left.value_or(own), own));
  };
  hold(tokens_left_, purse.task_tokens, state_.tokens);
  hold(money_left_, purse.task_money, state_.money);
}

std::optional<End> Turn::at_a_limit() const {
  if (ARGOSY_FAILPOINT("policy.off")) return std::nullopt;
  const auto& limits = parts_.agent.limits;
  if (state_.silent > kMaxSilent)
    return ended(tasks::EndReason::stuck, fmt::format("{} answers in a row did nothing (monologue)", state_.silent));
  if (rounds_used() >= limits.rounds) return ended(tasks::EndReason::iterations, fmt::format("all {} rounds are used", limits.rounds));
  if (state_.worked_ms >= limits.minutes * kMinute)
    return ended(tasks::EndReason::timeout, fmt::format("all {} minutes are used", limits.minutes));
  if (state_.tokens + context_tokens() > limits.tokens)
    return ended(tasks::EndReason::budget, fmt::format("another round does not fit into {} tokens", limits.tokens));
  if (tokens_left_ && *tokens_left_ < context_tokens())
    return ended(tasks::EndReason::budget, "another round does not fit into what is left of the budget");
  if (money_left_ && state_.last_cost > 0 && *money_left_ < state_.last_cost)
    return ended(tasks::EndReason::budget, fmt::format("{} USD are left of the budget, and the last round cost {}", usd_text(*money_left_),
                                                       usd_text(state_.last_cost)));
  return std::nullopt;
}

std::int64_t Turn::detours_left() const {
  const auto runs = std::max<std::int64_t>(0, parts_.agent.limits.runs - state_.runs);
  return parts_.detours_left ? std::clamp<std::int64_t>(parts_.detours_left(), 0, runs) : runs;
}

std::string Turn::what_is_left() const {
  const auto& limits = parts_.agent.limits;
  auto left = fmt::format("[{} of {} rounds left, {}k of {}k tokens, {} of {} runs, {} of {} minutes", limits.rounds - rounds_used(),
                          limits.rounds, std::max<std::int64_t>(0, limits.tokens - state_.tokens) / 1'000, limits.tokens / 1'000,
                          std::max<std::int64_t>(0, limits.runs - state_.runs), limits.runs, limits.minutes - state_.worked_ms / kMinute,
                          limits.minutes);
  if (tokens_left_) left += fmt::format("; the budget has {}k tokens left", *tokens_left_ / 1'000);
  if (money_left_) left += fmt::format("; {} USD of the budget are left", usd_text(*money_left_));
  if (detours_left() < limits.runs - state_.runs) left += fmt::format("; the task has room for {} more answers with runs", detours_left());
  if (limits.rounds - rounds_used() <= kWrapUp)
    left += ". Come to an end: leave what you have in order, and call finish, also for what is not done";
  return left + "]";
}

Next Turn::call_model() {
  auto request = std::make_shared<llm::Request>();
  request->messages = state_.messages;
  request->messages.back().cache_until_here = true;
  request->tools = offered();
  // Whoever only talks is made to act.
  request->must_call_a_tool = state_.silent > 1 && !request->tools.empty();
  request->max_tokens = parts_.answer_tokens;
  return CallModel{.request = std::move(request), .prompt = {}};
}

End Turn::ended(tasks::EndReason reason, std::string_view why) const {
  std::string text(why);
  if (const auto words = last_words(state_.messages); !words.empty()) text += "\nThe agent's last words: " + words;
  if (const auto record = state_.record.in_words(kMaxRecordWords); !record.empty()) text += "\n" + record;
  return {.reason = reason, .text = std::move(text)};
}

}  // namespace argosy::agent
