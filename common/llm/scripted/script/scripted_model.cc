#include "common/llm/scripted/script/scripted_model.h"

#include <fmt/format.h>

#include <utility>

#include "common/llm/conversation_json.h"

namespace argosy::llm {
namespace {

constexpr std::int64_t kBytesPerToken = 4;

std::int64_t tokens_of(std::size_t bytes) { return (static_cast<std::int64_t>(bytes) + kBytesPerToken - 1) / kBytesPerToken; }

void count_usage(const Request& request, Answer& answer) {
  std::size_t thought = 0, made = answer.text.size();
  for (const auto& thinking : answer.thinking) thought += thinking.text.size();
  for (const auto& call : answer.tool_calls) made += call.name.size() + call.arguments.size();
  answer.usage = {.input = tokens_of(json::dump(to_json(request)).size()),
                  .cached = 0,
                  .output = tokens_of(thought + made),
                  .reasoning = tokens_of(thought)};
}

}  // namespace

void ScriptedModel::start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) {
  const auto what = asked(*request, options, name_);
  auto rule = script_->choose(what);
  if (!rule) return done({.answer = {}, .fault = Fault{FaultKind::refused_request, std::move(rule.error())}});
  Playback playback = (*rule)->then;
  Answer& answer = playback.result.answer;
  answer.model = name_;
  // Unlike those of the conversation's other answers, and the same in each run.
  for (std::size_t i = 0; i < answer.tool_calls.size(); ++i)
    if (answer.tool_calls[i].id.empty()) answer.tool_calls[i].id = fmt::format("call_{}_{}", what.turn, i + 1);
  if ((*rule)->counts_usage) count_usage(*request, answer);
  play(std::move(playback), std::move(options), after_, std::move(done));
}

}  // namespace argosy::llm
