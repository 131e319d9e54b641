#include "common/llm/repair.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace argosy::llm {
namespace {

bool is_empty(const Part& part) {
  const auto* text = std::get_if<Text>(&part);
  const auto* image = std::get_if<Image>(&part);
  const auto* thinking = std::get_if<Thinking>(&part);
  return (text != nullptr && text->text.find_first_not_of(" \t\r\n") == std::string::npos) || (image != nullptr && image->base64.empty()) ||
         (thinking != nullptr && thinking->text.empty() && thinking->block.is_null());
}

// Only an assistant thinks and calls.
bool is_misplaced(const Part& part, Role role) {
  const bool is_assistants = std::holds_alternative<Thinking>(part) || std::holds_alternative<ToolCall>(part);
  return is_assistants ? role != Role::assistant : role == Role::assistant && std::holds_alternative<Image>(part);
}

std::string unlike(std::string id, const std::set<std::string>& taken) {
  if (!taken.contains(id)) return id;
  for (int n = 2;; ++n) {
    if (auto other = fmt::format("{}-{}", id, n); !taken.contains(other)) return other;
  }
}

class Repair {
 public:
  std::vector<Message> run(std::vector<Message> messages) {
    find_results(messages);
    for (auto& message : messages) add(std::move(message));
    close_calls();
    return std::move(out_);
  }

 private:
  // Results by id, each at the number of its call among those with this id. The first one of a call counts.
  void find_results(const std::vector<Message>& messages) {
    std::map<std::string, std::size_t> calls;
    for (const auto& message : messages) {
      for (const auto& part : message.parts) {
        if (const auto* call = std::get_if<ToolCall>(&part)) ++calls[call->id];
        const auto* result = std::get_if<ToolResult>(&part);
        if (result == nullptr || !calls.contains(result->call)) continue;
        auto& results = results_[result->call];
        if (results.size() >= calls[result->call]) continue;
        results.resize(calls[result->call]);
        results.back() = *result;
      }
    }
  }

  void add(Message message) {
    Message kept{.role = message.role, .parts = {}, .cache_until_here = message.cache_until_here};
    for (auto& part : message.parts) {
      if (is_empty(part) || is_misplaced(part, message.role)) continue;
      if (auto* result = std::get_if<ToolResult>(&part)) {
        if (seen_.contains(result->call)) continue;  // it stands behind its call
        kept.parts.emplace_back(Text{fmt::format("Result of a call that is no longer shown:\n{}", result->text)});
      } else {
        kept.parts.push_back(std::move(part));
      }
    }
    if (kept.parts.empty()) {
      Message* last = !waiting_.parts.empty() ? &waiting_ : out_.empty() ? nullptr : &out_.back();
      if (kept.cache_until_here && last != nullptr) last->cache_until_here = true;
      return;
    }
    if (!waiting_.parts.empty() && kept.role != Role::user) close_calls();
    if (kept.role == Role::assistant) answer_calls(kept);
    if (kept.role == Role::user && !waiting_.parts.empty()) {
      std::ranges::move(kept.parts, std::back_inserter(waiting_.parts));
      waiting_.cache_until_here = waiting_.cache_until_here || kept.cache_until_here;
      return close_calls();
    }
    append(std::move(kept));
  }

  void close_calls() {
    if (!waiting_.parts.empty()) append(std::exchange(waiting_, Message{.role = Role::user, .parts = {}}));
  }

  void answer_calls(Message& message) {
    for (auto& part : message.parts) {
      auto* call = std::get_if<ToolCall>(&part);
      if (call == nullptr) continue;
      const std::size_t number = seen_[call->id]++;
      const auto found = results_.find(call->id);
      ToolResult result{.call = {}, .text = call->problem.empty() ? std::string(kInterruptedCall) : call->problem, .failed = true};
      if (found != results_.end() && number < found->second.size() && found->second[number]) result = *found->second[number];
      call->id = unlike(call->id, ids_);
      ids_.insert(call->id);
      result.call = call->id;
      waiting_.parts.emplace_back(std::move(result));
    }
  }

  void append(Message message) {
    if (out_.empty() || out_.back().role != message.role) return out_.push_back(std::move(message));
    std::ranges::move(message.parts, std::back_inserter(out_.back().parts));
    out_.back().cache_until_here = out_.back().cache_until_here || message.cache_until_here;
  }

  std::map<std::string, std::vector<std::optional<ToolResult>>> results_;
  std::map<std::string, std::size_t> seen_;
  std::set<std::string> ids_;
  Message waiting_{.role = Role::user, .parts = {}};  // the results of the calls that came last, until it is known what follows them
  std::vector<Message> out_;
};

}  // namespace

std::vector<Message> repair(std::vector<Message> messages) { return Repair().run(std::move(messages)); }

Message to_message(const Answer& answer, const std::vector<Message>& conversation) {
  std::set<std::string> ids;
  for (const auto& message : conversation) {
    for (const auto& part : message.parts) {
      if (const auto* call = std::get_if<ToolCall>(&part)) ids.insert(call->id);
    }
  }
  Message message{.role = Role::assistant, .parts = {}};
  for (const auto& thinking : answer.thinking) message.parts.emplace_back(thinking);
  if (!answer.text.empty()) message.parts.emplace_back(Text{answer.text});
  for (auto call : answer.tool_calls) {
    call.id = unlike(std::move(call.id), ids);
    ids.insert(call.id);
    message.parts.emplace_back(std::move(call));
  }
  return message;
}

}  // namespace argosy::llm
