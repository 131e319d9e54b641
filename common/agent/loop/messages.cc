#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/agent/loop/limits.h"
#include "common/agent/loop/turn.h"
#include "common/agent/state/bytes_json.h"
#include "common/agent/tools/arguments.h"
#include "common/core/crypto.h"
#include "common/core/text.h"
#include "common/core/text/lasting.h"

namespace argosy::agent {
namespace {

constexpr std::string_view kLost = "The call was not carried out: the work was interrupted. Call it again if it is still needed.";

// Long outputs are only compared, so that their digest does: of what does not change by itself.
std::string kept_output(const std::string& output) {
  return output.size() <= kMaxKeptOutput ? output : crypto::sha256_hex(text::lasting(output));
}

std::set<std::string> answered_calls(const llm::Message& message) {
  std::set<std::string> calls;
  for (const auto& part : message.parts)
    if (const auto* result = std::get_if<llm::ToolResult>(&part)) calls.insert(result->call);
  return calls;
}

}  // namespace

std::string shown(std::string_view source, std::string_view text) {
  auto marked = llm::marked({{.source = clean_text(source), .text = clean_text(text)}});
  return marked ? std::move(marked->front()) : "[a text that cannot be shown safely was left out]";
}

std::expected<json::Object, std::string> arguments_of(const Toolbox& tools, const llm::ToolCall& call) {
  const std::vector<std::string> name{call.name};
  const auto tool = tools.offered(name);
  auto checker = tool.empty() ? fail_user("", "") : json::Schema::compile(json::dump(tool[0].parameters));
  if (!checker) return std::unexpected(fmt::format("there is no tool {}", call.name));
  return arguments_of(call.arguments, tool[0].parameters, *checker);
}

std::string question_of(const Toolbox& tools, const llm::ToolCall& call) {
  const auto arguments = arguments_of(tools, call);
  if (!arguments) return {};
  const json::Value value(*arguments);
  std::string text(text::trim(value.string_or("question", "")));
  if (text.empty()) return {};
  for (const auto& option : value.array_or_empty("options"))
    if (option.is_string()) text += "\n- " + option.as_string();
  return text::ellipsize(clean_text(text), kMaxQuestion);
}

bool Turn::may_edit() const {
  return std::ranges::any_of(parts_.agent.tools, [&](const std::string& tool) { return parts_.tools.effect(tool) == Effect::edit; });
}

// Who has none of the tools that replace pieces of files may not do it without them either.
bool Turn::may_edit_in_text() const {
  return serves(parts_.agent.tools, code::EditFormat::search_replace) || serves(parts_.agent.tools, code::EditFormat::unified_diff);
}

void Turn::say(std::string text) {
  if (text.empty()) return;  // vendors refuse it
  if (state_.messages.empty() || state_.messages.back().role != llm::Role::user)
    state_.messages.push_back({.role = llm::Role::user, .parts = {}});
  state_.messages.back().parts.emplace_back(llm::Text{std::move(text)});
}

void Turn::remember(Happening one) {
  if (one.observation) {
    one.observation->output = kept_output(one.observation->output);
    one.observation->error = kept_output(one.observation->error);
  }
  if (one.action && one.action->arguments.size() > kMaxKeptOutput) one.action->arguments = crypto::sha256_hex(one.action->arguments);
  if (one.text.size() > kMaxKeptMessage) one.text.erase(0, one.text.size() - kMaxKeptMessage);
  state_.history.push_back(std::move(one));
  if (state_.history.size() > kMaxHistory) state_.history.erase(state_.history.begin());
}

// A conversation with a call that has no result is refused by vendors for good.
void Turn::repair() {
  std::set<std::string> open;
  for (const auto& call : state_.open) open.insert(call.id);
  auto& messages = state_.messages;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (messages[i].role != llm::Role::assistant) continue;
    const bool followed = i + 1 < messages.size() && messages[i + 1].role == llm::Role::user;
    const auto answered = followed ? answered_calls(messages[i + 1]) : std::set<std::string>();
    std::vector<llm::Part> lost;
    for (const auto& part : messages[i].parts)
      if (const auto* call = std::get_if<llm::ToolCall>(&part); call != nullptr && !answered.contains(call->id) && !open.contains(call->id))
        lost.emplace_back(llm::ToolResult{.call = call->id, .text = std::string(kLost), .failed = true});
    if (lost.empty()) continue;
    if (!followed) messages.insert(messages.begin() + static_cast<std::ptrdiff_t>(i) + 1, {.role = llm::Role::user, .parts = {}});
    auto& parts = messages[i + 1].parts;
    parts.insert(parts.begin(), lost.begin(), lost.end());
  }
}

}  // namespace argosy::agent
