// What of a question is stored, and its key.
#include <algorithm>
#include <array>

#include "common/core/crypto.h"
#include "common/core/redact.h"
#include "common/llm/conversation_json.h"
#include "common/llm/scripted/tape/masking.h"
#include "common/llm/scripted/tape/tape.h"

namespace argosy::llm {
namespace {

constexpr std::size_t kKeyDigits = 32;
// Names that tie things together: masked, two of them could become one. And what only its vendor can read.
constexpr std::array<std::string_view, 10> kKept{"kind",       "role",  "id",          "call",      "name",
                                                 "media_type", "model", "stop_reason", "signature", "encrypted_content"};

std::string masked_text(std::string_view key, const std::string& text) {
  if (std::ranges::find(kKept, key) != kKept.end()) return text;
  if (key == "base64") return "sha256:" + crypto::sha256_hex(text);
  std::string masked = redact_personal(text);
  // JSON stays JSON: a mask that took a quote along is put inside the strings instead.
  if (key == "arguments" && masked != text && json::parse(text) && !json::parse(masked)) {
    json::Value tree = *json::parse(text);
    mask(tree);
    return json::dump(tree);
  }
  return masked;
}

void mask_member(std::string_view key, json::Value& value) {
  if (value.is_string()) {
    if (auto masked = masked_text(key, value.as_string()); masked != value.as_string()) value = std::move(masked);
    return;
  }
  if (value.is_array()) {
    for (auto& item : value.as_array()) mask_member(key, item);
    return;
  }
  if (!value.is_object()) return;
  std::vector<std::string> names;
  for (const auto& [name, member] : value.as_object()) names.push_back(name);
  for (const auto& name : names) mask_member(name, *value.as_object().find(name));
}

}  // namespace

void mask(json::Value& value) { mask_member({}, value); }

json::Object masked_question(std::string_view model, const Request& request) {
  Request plain = request;
  plain.user_key.clear();
  for (auto& message : plain.messages) message.cache_until_here = false;
  json::Value value(to_json(plain));
  mask(value);
  return {{"model", model}, {"request", std::move(value)}};
}

std::string key_of(const json::Object& question) { return crypto::sha256_hex(json::canonical(question)).substr(0, kKeyDigits); }

}  // namespace argosy::llm
