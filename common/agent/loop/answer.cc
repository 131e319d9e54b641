// What a model has answered becomes part of the conversation.
#include <fmt/format.h>

#include <set>

#include "common/agent/loop/limits.h"
#include "common/agent/loop/turn.h"
#include "common/agent/state/bytes_json.h"
#include "common/core/text.h"
#include "common/llm/money/fit.h"

namespace argosy::agent {
namespace {

constexpr std::int64_t kFewestBytes = 1'500, kMostBytes = 6'000;  // of a thousand tokens: what is reported beyond is no text

constexpr std::string_view kUseATool =
    "Your answer called no tool and held no edit, so nothing was done. Go on with a tool, or call finish when the work is done or cannot "
    "be "
    "done.";
constexpr std::string_view kCutOff =
    "Your answer was cut off at its greatest length: what was not complete is not done. Go on in smaller pieces.";

// As JSON keeps it, and with an id that no call of the conversation has had: some models number the calls of each answer anew.
llm::ToolCall own_call(const llm::ToolCall& call, std::set<std::string>& taken, std::int64_t round) {
  llm::ToolCall own{.id = clean_text(call.id),
                    .name = clean_text(call.name),
                    .arguments = clean_text(call.arguments),
                    .problem = clean_text(call.problem)};
  for (std::size_t i = 1; own.id.empty() || taken.contains(own.id); ++i) own.id = fmt::format("call-{}-{}", round, i);
  taken.insert(own.id);
  return own;
}

}  // namespace

void Turn::count(const llm::Usage& usage, std::size_t answered_bytes) {
  std::int64_t asked = 0;
  for (const auto& message : state_.messages) asked += llm::bytes_of(message);
  if (usage.input.value_or(0) > 0) {
    for (const auto& tool : offered())
      asked += static_cast<std::int64_t>(tool.name.size() + tool.description.size() + json::dump(tool.parameters).size());
    if (!state_.summarising) state_.bytes_a_kilotoken = std::clamp(asked * 1'000 / *usage.input, kFewestBytes, kMostBytes);
  }
  const auto tokens = [&](std::int64_t bytes) { return bytes * 1'000 / state_.bytes_a_kilotoken; };
  state_.tokens += usage.input.value_or(tokens(asked)) + usage.output.value_or(tokens(static_cast<std::int64_t>(answered_bytes)));
}

void Turn::keep_answer(const llm::Answer& answer) {
  std::set<std::string> taken;
  for (const auto& message : state_.messages)
    for (const auto& part : message.parts)
      if (const auto* call = std::get_if<llm::ToolCall>(&part)) taken.insert(call->id);
  llm::Message message{.role = llm::Role::assistant, .parts = {}};
  for (const auto& thinking : answer.thinking) message.parts.emplace_back(llm::Thinking{clean_text(thinking.text), thinking.block});
  const auto text = clean_text(answer.text);
  if (!text.empty()) message.parts.emplace_back(llm::Text{text});
  for (const auto& call : answer.tool_calls) {
    if (state_.open.size() == kMaxKeptCalls) break;
    state_.open.push_back(own_call(call, taken, state_.rounds));
    message.parts.emplace_back(state_.open.back());
  }
  // What was cut off may have been mended into something that the model never meant.
  if (answer.stop == llm::StopReason::max_tokens && !state_.open.empty() && state_.open.back().problem.empty())
    state_.open.back().problem = "the answer was cut off before or within this call";
  // Vendors refuse messages that say nothing.
  if (!text.empty() || !answer.tool_calls.empty()) state_.messages.push_back(std::move(message));
  if (text.empty()) return;
  state_.record.note_plan(text);
  remember({.role = "assistant", .text = text, .round = state_.rounds});
  if (parts_.emit) parts_.emit(tasks::agent_thought(parts_.agent.name, text::ellipsize(text, kMaxThought), parts_.now ? parts_.now() : 0));
}

// A model that calls without end has lost its way: what comes after the first of its calls it has not thought of.
void Turn::refuse_surplus() {
  if (state_.open.size() <= kMaxCalls) return;
  for (std::size_t i = kMaxCalls; i < state_.open.size(); ++i)
    close(state_.open[i], fmt::format("This call was not carried out: an answer may hold {}.", kMaxCalls), true);
  state_.open.resize(kMaxCalls);
}

// A cut-off answer may end within an edit, or before one without which the others are wrong.
void Turn::without_calls(const llm::Answer& answer) {
  const bool whole = answer.stop != llm::StopReason::max_tokens && answer.stop != llm::StopReason::error;
  if (whole && may_edit_in_text() && !text::trim(answer.text).empty() && edits_of_text(answer.text)) {
    state_.silent = 0;
    return;
  }
  ++state_.silent;
  say(std::string(whole ? kUseATool : kCutOff));
}

// False: there are none in it.
bool Turn::edits_of_text(const std::string& text) {
  const code::Edit before = workspace_.edits();
  const auto outcome = edits_in_text(text, code::EditFormat::automatic, bench());
  if (!outcome) return false;
  if (held_back(*outcome)) {
    state_.held_text = text;
    return true;
  }
  edited(before, *outcome);
  state_.text_edits_failed = outcome->failed;
  remember({.action = Action{"edits in text", std::to_string(std::hash<std::string>{}(text))},
            .observation = Observation{.output = outcome->failed ? "" : "done", .error = outcome->failed ? outcome->text : ""},
            .changed_files = outcome->changed_files,
            .round = state_.rounds});
  say(shown("what came of the edits in your answer", outcome->text));
  return true;
}

Next Turn::answer(const llm::Answer& answer) {
  state_.asked_model = false;
  state_.text_edits_failed = false;
  std::size_t bytes = answer.text.size();
  for (const auto& call : answer.tool_calls) bytes += call.arguments.size();
  count(answer.usage, bytes);
  if (state_.summarising) return take_summary(answer);
  ++state_.rounds;
  if (answer.stop == llm::StopReason::refusal || answer.stop == llm::StopReason::content_filter)
    return ended(tasks::EndReason::refused, "the model refused: " + text::ellipsize(clean_text(answer.text), kMaxThought));
  keep_answer(answer);
  if (answer.tool_calls.empty()) {
    without_calls(answer);
  } else {
    state_.silent = 0;
    // Blocks in the text are meant to be there before the calls behind it.
    const bool whole = answer.stop != llm::StopReason::max_tokens && answer.stop != llm::StopReason::error;
    if (whole && state_.format == code::EditFormat::search_replace && may_edit_in_text()) (void)edits_of_text(answer.text);
    refuse_surplus();
    work();
    if (answer.tool_calls.size() > kMaxKeptCalls)
      say(fmt::format("Your answer held {} calls: the first {} were carried out. Make fewer, and look at their results.",
                      answer.tool_calls.size(), kMaxCalls));
    if (answer.stop == llm::StopReason::max_tokens) say(std::string(kCutOff));
  }
  return next();
}

}  // namespace argosy::agent
