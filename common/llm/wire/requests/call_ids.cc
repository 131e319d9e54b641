#include "common/llm/wire/requests/call_ids.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/core/crypto.h"
#include "common/llm/wire/requests/parts.h"

namespace argosy::llm {
namespace {

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_well_spelled(IdStyle style, std::string_view id) {
  const auto all = [&](std::string_view others, std::size_t most) {
    return !id.empty() && id.size() <= most &&
           std::ranges::all_of(id, [&](char c) { return is_letter_or_digit(c) || others.find(c) != std::string_view::npos; });
  };
  switch (style) {
    case IdStyle::openai:
      return all("_-.:", 40);
    case IdStyle::responses:
      return all("_-.:", 64);
    case IdStyle::anthropic:
      return all("_-", 64);
    case IdStyle::mistral:
      return id.size() == 9 && all("", 9);
    case IdStyle::kimi:
      break;
  }
  return false;
}

std::string spelled(IdStyle style, const std::string& id, int salt) {
  const auto digest = crypto::sha256_hex(fmt::format("{}\n{}", id, salt));
  if (style == IdStyle::mistral) return digest.substr(0, 9);
  return (style == IdStyle::anthropic ? "toolu_" : "call_") + digest.substr(0, 24);
}

}  // namespace

CallIds::CallIds(IdStyle style, const std::vector<Message>& repaired) {
  std::set<std::string> taken;
  std::size_t number = 0;
  for (const auto& message : repaired) {
    for (const auto& part : message.parts) {
      const auto* call = std::get_if<ToolCall>(&part);
      if (call == nullptr) continue;
      std::string id = style == IdStyle::kimi ? fmt::format("functions.{}:{}", name_of(call->name), number++) : call->id;
      if (style != IdStyle::kimi && !is_well_spelled(style, id)) id = spelled(style, call->id, 0);
      for (int salt = 1; taken.contains(id); ++salt) id = spelled(style, call->id, salt);
      taken.insert(id);
      theirs_.emplace(call->id, std::move(id));
    }
  }
}

const std::string& CallIds::of(const std::string& ours) const {
  const auto hit = theirs_.find(ours);
  return hit == theirs_.end() ? ours : hit->second;
}

}  // namespace argosy::llm
