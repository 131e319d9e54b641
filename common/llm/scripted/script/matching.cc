#include <fmt/format.h>

#include <algorithm>

#include "common/core/redact.h"
#include "common/core/text.h"
#include "common/llm/scripted/script/script.h"

namespace argosy::llm {
namespace {

constexpr std::size_t kQuoted = 80;

void append(std::string& all, std::string_view text) {
  if (!all.empty()) all += '\n';
  all += text.substr(0, kMaxLookedAt - std::min(kMaxLookedAt, all.size()));
}

// The newest message in which the user says something, rather than tools.
std::string last_words(const std::vector<Message>& messages) {
  std::string words;
  for (auto message = messages.rbegin(); message != messages.rend() && words.empty(); ++message) {
    if (message->role != Role::user) continue;
    for (const auto& part : message->parts)
      if (const auto* text = std::get_if<Text>(&part)) append(words, text->text);
  }
  return words;
}

std::string tool_of(const std::string& call, const std::vector<Message>& messages) {
  for (const auto& message : messages)
    for (const auto& part : message.parts)
      if (const auto* made = std::get_if<ToolCall>(&part); made != nullptr && made->id == call) return made->name;
  return {};
}

// Of all messages since the newest answer.
void take_results(const std::vector<Message>& messages, Asked& asked) {
  auto from = messages.end();
  while (from != messages.begin() && std::prev(from)->role != Role::assistant) --from;
  for (; from != messages.end(); ++from) {
    for (const auto& part : from->parts) {
      const auto* result = std::get_if<ToolResult>(&part);
      if (result == nullptr) continue;
      append(asked.results, result->text);
      asked.result_of.push_back(tool_of(result->call, messages));
      asked.failed = asked.failed || result->failed;
    }
  }
}

bool contains_all(std::string_view text, const std::vector<std::string>& words) {
  return std::ranges::all_of(words, [&](const auto& word) { return text.contains(word); });
}
bool contains_all(const std::vector<std::string>& names, const std::vector<std::string>& wanted) {
  return std::ranges::all_of(wanted, [&](const auto& name) { return std::ranges::find(names, name) != names.end(); });
}
bool is_or_any(const std::string& wanted, const std::string& is) { return wanted.empty() || wanted == is; }

bool fits(const When& when, const Asked& asked, std::int64_t call) {
  return (!when.call || *when.call == call) && (!when.turn || *when.turn == asked.turn) && (!when.failed || *when.failed == asked.failed) &&
         is_or_any(when.kind, asked.kind) && is_or_any(when.role, asked.role) && is_or_any(when.model, asked.model) &&
         contains_all(asked.tools, when.tools) && contains_all(asked.result_of, when.result_of) && contains_all(asked.text, when.text) &&
         contains_all(asked.results, when.result) && (!when.regex || !when.regex->check(asked.text));
}

std::string cited(std::string_view text) { return json::quote(text::ellipsize(redact_personal(text::to_utf8(text)), kQuoted)); }

}  // namespace

Asked asked(const Request& request, const CallOptions& options, std::string_view model) {
  Asked out{.text = last_words(request.messages), .results = {}, .kind = options.kind, .role = options.role, .model = std::string(model)};
  take_results(request.messages, out);
  for (const auto& tool : request.tools) out.tools.push_back(tool.name);
  out.turn += std::ranges::count(request.messages, Role::assistant, &Message::role);
  return out;
}

Script::Script(std::string name, std::vector<Rule> rules) : name_(std::move(name)), rules_(std::move(rules)), used_(rules_.size()) {}

Result<const Rule*> Script::choose(const Asked& asked) {
  std::int64_t call = 0;
  {
    const std::lock_guard lock(mutex_);
    call = ++calls_;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      const auto& rule = rules_[i];
      if ((rule.times && used_[i] >= *rule.times) || !fits(rule.when, asked, call)) continue;
      ++used_[i];
      return &rule;
    }
  }
  return fail_user(
      "script_has_no_rule",
      fmt::format("no rule of {} fits call {} (turn {}, model {}{}{}{}{}): the user said {}; the newest results are {}; tools: {}", name_,
                  call, asked.turn, asked.model, asked.kind.empty() ? "" : ", kind ", asked.kind, asked.role.empty() ? "" : ", role ",
                  asked.role, cited(asked.text), cited(asked.results),
                  asked.tools.empty() ? "none" : text::ellipsize(text::join(asked.tools, " "), kQuoted)),
      "add a rule for it, or one without `when` at the end");
}

}  // namespace argosy::llm
