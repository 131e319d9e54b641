#include "common/llm/journal/kept.h"

#include <fmt/format.h>

#include "common/core/crypto.h"
#include "common/core/json.h"
#include "common/core/text.h"
#include "common/llm/conversation_json.h"
#include "common/llm/money/fit.h"
#include "common/llm/scripted/tape/masking.h"

namespace argosy::llm {
namespace {

constexpr std::size_t kShortestKeptText = 128;

Text named(const Image& image) {
  const auto bytes = text::from_base64(image.base64).value_or(image.base64);
  return {fmt::format("[image: {}, {} bytes, sha256 {}]", image.media_type, bytes.size(), crypto::sha256_hex(bytes))};
}

Request without_images(const Request& request) {
  Request out{.messages = {},
              .tools = request.tools,
              .must_call_a_tool = request.must_call_a_tool,
              .temperature = request.temperature,
              .max_tokens = request.max_tokens,
              .stop = request.stop,
              .seed = request.seed,
              .schema = request.schema,
              .user_key = request.user_key};
  for (const auto& message : request.messages) {
    auto& made = out.messages.emplace_back(Message{.role = message.role, .parts = {}, .cache_until_here = message.cache_until_here});
    for (const auto& part : message.parts) {
      const auto* image = std::get_if<Image>(&part);
      made.parts.push_back(image == nullptr ? part : Part(named(*image)));
    }
  }
  return out;
}

void cut_texts(json::Value& value, std::size_t most) {
  if (value.is_string()) {
    if (value.as_string().size() > most) value = cut_middle(value.as_string(), most);
  } else if (value.is_array()) {
    for (auto& item : value.as_array()) cut_texts(item, most);
  } else if (value.is_object()) {
    std::vector<std::string> names;
    for (const auto& [name, member] : value.as_object()) names.push_back(name);
    for (const auto& name : names) cut_texts(*value.as_object().find(name), most);
  }
}

// Cut is what is masked already: half of a secret would not be known for one.
std::string bounded(json::Value value, const KeptBounds& bounds) {
  mask(value);
  for (std::size_t most = bounds.text; most >= kShortestKeptText; most /= 4) {
    cut_texts(value, most);
    if (auto text = json::dump(value); text.size() <= bounds.whole) return text;
  }
  return json::dump(json::Object{{"left_out", "it has too many parts to be kept"}});
}

}  // namespace

std::string kept_json(const Request& request, const KeptBounds& bounds) { return bounded(to_json(without_images(request)), bounds); }

std::string kept_json(const Answer& answer, const KeptBounds& bounds) { return bounded(to_json(answer), bounds); }

}  // namespace argosy::llm
