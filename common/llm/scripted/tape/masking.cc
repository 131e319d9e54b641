// What of a question is stored, and its key.
#include <algorithm>
#include <array>

#include "common/core/crypto.h"
#include "common/core/redact.h"
#include "common/core/text/lasting.h"
#include "common/llm/conversation_json.h"
#include "common/llm/scripted/tape/masking.h"
#include "common/llm/scripted/tape/tape.h"

namespace argosy::llm {
namespace {

constexpr std::size_t kKeyDigits = 32;
constexpr std::string_view kMark = "untrusted-";
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

template <typename Change>
void change_texts(std::string_view key, json::Value& value, const Change& change) {
  if (value.is_string()) {
    if (auto changed = change(key, value.as_string()); changed != value.as_string()) value = std::move(changed);
  } else if (value.is_array()) {
    for (auto& item : value.as_array()) change_texts(key, item, change);
  } else if (value.is_object()) {
    std::vector<std::string> names;
    for (const auto& [name, member] : value.as_object()) names.push_back(name);
    for (const auto& name : names) change_texts(name, *value.as_object().find(name), change);
  }
}

// The marks around untrusted texts (prompts/untrusted.h) are digests of these, and would carry what does not last into the key.
std::string without_marks(std::string question) {
  for (auto at = question.find(kMark); at != std::string::npos; at = question.find(kMark, at)) {
    at += kMark.size();
    question.erase(at, std::min(question.find_first_not_of("0123456789abcdef", at), question.size()) - at);
  }
  return question;
}

}  // namespace

void mask(json::Value& value) { change_texts({}, value, masked_text); }

json::Object masked_question(std::string_view model, const Request& request) {
  Request plain = request;
  plain.user_key.clear();
  for (auto& message : plain.messages) message.cache_until_here = false;
  json::Value value(to_json(plain));
  mask(value);
  return {{"model", model}, {"request", std::move(value)}};
}

json::Object lasting_question(const json::Object& question) {
  json::Value value(question);
  change_texts({}, value, [](std::string_view key, const std::string& text) {
    return std::ranges::find(kKept, key) != kKept.end() ? text : without_marks(text::lasting(text));
  });
  return std::move(value.as_object());
}

std::string key_of(const json::Object& question) {
  return crypto::sha256_hex(json::canonical(lasting_question(question))).substr(0, kKeyDigits);
}

}  // namespace argosy::llm
