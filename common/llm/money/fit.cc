#include "common/llm/money/fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <variant>

namespace argosy::llm {
namespace {

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};

std::int64_t bytes_of(const Part& part) {
  const auto size = [](const auto&... texts) { return static_cast<std::int64_t>((texts.size() + ...)); };
  return kBytesOfAPart +
         std::visit(Overloaded{[&](const Text& one) { return size(one.text); }, [&](const Image& one) { return size(one.base64); },
                               [&](const Thinking& one) { return size(one.text) + size(json::dump(one.block)); },
                               [&](const ToolCall& one) { return size(one.id, one.name, one.arguments); },
                               [&](const ToolResult& one) { return size(one.call, one.text); }},
                    part);
}

// Messages that stay or go together: each for itself, and from a call to its result.
using Exchange = std::pair<std::size_t, std::size_t>;  // first message, and the one behind the last

std::vector<Exchange> exchanges_of(const std::vector<Message>& messages) {
  std::vector<Exchange> all;
  std::map<std::string, std::size_t, std::less<>> called_at;  // call -> message
  for (std::size_t i = 0; i < messages.size(); ++i) {
    std::size_t first = i;
    for (const auto& part : messages[i].parts) {
      if (const auto* call = std::get_if<ToolCall>(&part)) called_at.emplace(call->id, i);
      if (const auto* result = std::get_if<ToolResult>(&part))
        if (const auto hit = called_at.find(result->call); hit != called_at.end()) first = std::min(first, hit->second);
    }
    while (!all.empty() && all.back().second > first) {
      first = std::min(first, all.back().first);
      all.pop_back();
    }
    all.emplace_back(first, i + 1);
  }
  return all;
}

class Fitting {
 public:
  Fitting(Request request, std::int64_t max_bytes) : request_(std::move(request)), max_(max_bytes), now_(llm::bytes_of(request_)) {}

  Result<Fitted> run() {
    if (now_ <= max_) return Fitted{std::move(request_), {}};
    now_ += kBytesOfNotice;
    drop_oldest();
    cut_longest();
    if (now_ > max_)
      return fail_user("context_too_long",
                       fmt::format("the conversation has {} bytes more than fit, and nothing is left to leave out", now_ - max_),
                       "a model with a larger context, or a smaller task");
    tell();
    return Fitted{std::move(request_), missing_};
  }

 private:
  static constexpr std::int64_t kBytesOfNotice = kBytesOfAPart + 160;

  // Everything but system messages, the first question, and the last exchange.
  void drop_oldest() {
    auto& messages = request_.messages;
    const auto exchanges = exchanges_of(messages);
    std::vector<bool> gone(messages.size());
    for (const auto& [first, end] : exchanges) {
      if (now_ <= max_ || end == messages.size()) break;
      const auto must_stay = [&](std::size_t i) { return messages[i].role == Role::system || i == first_question(); };
      bool stays = false;
      for (std::size_t i = first; i < end; ++i) stays = stays || must_stay(i);
      if (stays) continue;
      for (std::size_t i = first; i < end; ++i) {
        gone[i] = true;
        drop(messages[i]);
      }
    }
    std::size_t at = 0;
    std::erase_if(messages, [&](const Message&) { return gone[at++]; });
  }

  void drop(const Message& message) {
    const auto bytes = llm::bytes_of(message);
    ++missing_.messages;
    missing_.tool_calls += static_cast<std::size_t>(
        std::ranges::count_if(message.parts, [](const Part& part) { return std::holds_alternative<ToolCall>(part); }));
    missing_.bytes += bytes;
    now_ -= bytes;
  }

  void cut_longest() {
    std::vector<std::string*> texts;
    for (auto& message : request_.messages) {
      if (message.role == Role::system) continue;
      for (auto& part : message.parts) {
        if (auto* text = std::get_if<Text>(&part)) texts.push_back(&text->text);
        if (auto* result = std::get_if<ToolResult>(&part)) texts.push_back(&result->text);
      }
    }
    std::ranges::sort(texts, [](const auto* a, const auto* b) { return a->size() > b->size(); });
    for (auto* text : texts) {
      const auto size = static_cast<std::int64_t>(text->size());
      if (now_ <= max_ || size <= kLeastText) break;
      *text = cut_middle(*text, static_cast<std::size_t>(std::max(kLeastText, size - (now_ - max_))));
      const auto lost = size - static_cast<std::int64_t>(text->size());
      ++missing_.cut_texts;
      missing_.bytes += lost;
      now_ -= lost;
    }
  }

  // The model is told where it looks first.
  void tell() {
    if (missing_.messages == 0) return;
    Part notice = Text{fmt::format("[{} earlier messages with {} tool calls were left out here, {} bytes with what was cut]",
                                   missing_.messages, missing_.tool_calls, missing_.bytes)};
    const auto at = first_question();
    if (at < request_.messages.size()) request_.messages[at].parts.push_back(std::move(notice));
  }

  std::size_t first_question() const {
    const auto hit = std::ranges::find(request_.messages, Role::user, &Message::role);
    return static_cast<std::size_t>(hit - request_.messages.begin());
  }

  Request request_;
  const std::int64_t max_;
  std::int64_t now_;
  Missing missing_;
};

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

std::int64_t bytes_of(const Message& message) {
  std::int64_t sum = kBytesOfAPart;
  for (const auto& part : message.parts) sum += bytes_of(part);
  return sum;
}

std::int64_t bytes_of(const Request& request) {
  std::int64_t sum = 0;
  for (const auto& message : request.messages) sum += bytes_of(message);
  for (const auto& tool : request.tools)
    sum += kBytesOfAPart + static_cast<std::int64_t>(tool.name.size() + tool.description.size() + json::dump(tool.parameters).size());
  if (request.schema) sum += static_cast<std::int64_t>(json::dump(*request.schema).size());
  return sum;
}

Result<Fitted> fit(Request request, std::int64_t max_bytes) { return Fitting(std::move(request), max_bytes).run(); }

std::string cut_middle(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  const auto notice = [](std::size_t lost) { return fmt::format("[... {} bytes left out ...]", lost); };
  const auto room = notice(text.size()).size();  // the longest that it can be
  if (max_bytes <= room) return std::string();
  std::size_t head = (max_bytes - room + 1) / 2, tail = text.size() - (max_bytes - room) / 2;
  while (head > 0 && continues(text[head])) --head;
  while (tail < text.size() && continues(text[tail])) ++tail;
  return std::string(text.substr(0, head)) + notice(tail - head) + std::string(text.substr(tail));
}

}  // namespace argosy::llm
