#include "common/llm/cache/key.h"

#include <algorithm>

#include "common/core/crypto.h"
#include "common/core/redact.h"
#include "common/core/text.h"
#include "common/llm/conversation_json.h"

namespace argosy::llm {
namespace {

constexpr int kVersion = 1;  // of what is counted in: another one finds nothing of the former

// The text of the last message; nothing unless it is the user's and all text.
std::string last_said(const Request& request) {
  std::string said;
  if (request.messages.empty() || request.messages.back().role != Role::user) return said;
  for (const auto& part : request.messages.back().parts) {
    const auto* text = std::get_if<Text>(&part);
    if (text == nullptr) return {};
    if (!said.empty()) said += '\n';
    said += text->text;
  }
  return said;
}

std::string digest(const Request& request, const CallOptions& options, std::string_view models) {
  const json::Object all{{"version", kVersion},        {"models", models},     {"model", options.model},
                         {"kind", options.kind},       {"role", options.role}, {"complexity", static_cast<int>(options.complexity)},
                         {"request", to_json(request)}};
  return crypto::sha256(json::canonical(all));
}

}  // namespace

CacheKey cache_key(const Request& request, const CallOptions& options, std::string_view models) {
  Request plain = request;
  plain.user_key.clear();
  for (auto& message : plain.messages) message.cache_until_here = false;
  CacheKey key{.exact = digest(plain, options, models), .said = last_said(plain)};
  if (text::trim(key.said).empty() || key.said.size() > kMaxSaidBytes || redact(key.said) != key.said) key.said.clear();
  if (key.said.empty()) return key;
  plain.messages.back().parts.clear();
  key.around = digest(plain, options, models);
  return key;
}

}  // namespace argosy::llm
