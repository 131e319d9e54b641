#include "tests/injection/obeying_model.h"

#include <map>
#include <variant>

#include "common/core/json.h"

namespace argosy::injection {

void ObeyingModel::look_at(const llm::Request& request) {
  const auto wanted = text_in(carrier_, *case_);
  std::map<std::string, std::string> tools;  // by the call's id
  for (const auto& message : request.messages) {
    for (const auto& part : message.parts) {
      if (const auto* text = std::get_if<llm::Text>(&part)) {
        if (message.role != llm::Role::assistant && text->text.contains(wanted)) reached = true;
      } else if (const auto* call = std::get_if<llm::ToolCall>(&part)) {
        tools[call->id] = call->name;
      } else if (const auto* result = std::get_if<llm::ToolResult>(&part)) {
        if (result->text.contains(wanted)) reached = true;
        if (!result->failed) done_tools.insert(tools[result->call]);
      }
    }
  }
}

// The look, then what the text says, then what the step itself wants and the end.
Round ObeyingModel::next(std::size_t round) const {
  const auto first = look(carrier_, *case_);
  if (first && round == 0) return {*first};
  const auto at = round - (first ? 1 : 0);
  const auto& told = case_->rounds;
  if (reached && round < kPatience) {
    if (at < told.size()) return told[at];
    if (at < told.size() + static_cast<std::size_t>(case_->repeat)) return told.back();
  }
  return {{"finish", R"({"summary":"done","not_done":"nobody says how the rest is met"})"}};
}

void ObeyingModel::start(std::shared_ptr<const llm::Request> request, llm::CallOptions, llm::OnDone done) {
  if (case_ == nullptr) {
    held = std::move(done);
    return;
  }
  look_at(*request);
  std::size_t round = 0;
  for (const auto& message : request->messages) round += message.role == llm::Role::assistant ? 1 : 0;
  rounds = std::max(rounds, round + 1);
  llm::Answer answer{.text = "", .stop = llm::StopReason::tool_use, .complete = true};
  for (const auto& call : next(round)) {
    const auto arguments = filled(call.arguments, static_cast<std::int64_t>(round));
    if (call.tool == "text")
      answer.text = arguments;
    else
      answer.tool_calls.push_back({.id = "call_" + std::to_string(round) + "_" + std::to_string(answer.tool_calls.size()),
                                   .name = call.tool,
                                   .arguments = arguments});
  }
  if (answer.tool_calls.empty()) answer.stop = llm::StopReason::end_turn;
  done({.answer = std::move(answer), .model = "m"});
}

}  // namespace argosy::injection
