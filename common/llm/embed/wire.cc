#include "common/llm/embed/wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/core/text.h"
#include "common/llm/wire/vendor.h"

namespace argosy::llm {
namespace {

std::unexpected<Error> malformed(std::string message) { return fail_transient("embedding_malformed", std::move(message)); }

std::string url_of(const Endpoint& endpoint) {
  std::string_view base = endpoint.base_url;
  while (base.ends_with('/')) base.remove_suffix(1);
  if (endpoint.api == Api::ollama) return fmt::format("{}{}/embed", base, base.ends_with("/api") ? "" : "/api");
  return fmt::format("{}/embeddings", base);
}

Result<Vector> unit(const json::Value& value) {
  if (!value.is_array() || value.as_array().empty() || value.as_array().size() > kMaxDimensions)
    return malformed(fmt::format("a vector must be a list of 1 to {} numbers", kMaxDimensions));
  double squares = 0;
  for (const auto& one : value.as_array()) {
    if (!one.is_number() || !std::isfinite(one.as_double())) return malformed("a vector holds what is no finite number");
    squares += one.as_double() * one.as_double();
  }
  const double length = std::sqrt(squares);
  if (!std::isfinite(length) || length < 1e-12) return malformed("a vector has no direction: it is zero, or too large");
  Vector vector;
  vector.reserve(value.as_array().size());
  for (const auto& one : value.as_array()) vector.push_back(static_cast<float>(one.as_double() / length));
  return vector;
}

// Where the vector of each text stands: Ollama's `embeddings`, else `data`, whose `index` counts where it is given.
Result<std::vector<const json::Value*>> vectors_of(const json::Value& body, std::size_t texts) {
  std::vector<const json::Value*> found(texts, nullptr);
  const bool is_ollama = member(body, "embeddings").is_array();
  const auto& list = body.array_or_empty(is_ollama ? "embeddings" : "data");
  if (list.size() != texts) return malformed(fmt::format("{} vectors for {} texts", list.size(), texts));
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto at = is_ollama ? static_cast<std::int64_t>(i) : list[i].int_or("index", static_cast<std::int64_t>(i));
    if (at < 0 || static_cast<std::size_t>(at) >= texts || found[static_cast<std::size_t>(at)] != nullptr)
      return malformed("the vectors' places do not fit the texts");
    found[static_cast<std::size_t>(at)] = is_ollama ? &list[i] : &member(list[i], "embedding");
  }
  return found;
}

}  // namespace

Result<WireRequest> encode_embedding(const Endpoint& endpoint, const std::vector<std::string>& texts) {
  if (endpoint.api == Api::anthropic)
    return fail_user("embedding_unsupported", "anthropic has no embeddings", "name a model of another vendor with `can: [embedding]`");
  if (std::ranges::any_of(endpoint.key, [](char c) { return c <= ' ' || c > '~'; }))
    return fail_user("key_invalid", "the key of the model has characters that no header may have", "look for a line break at its end");
  if (texts.empty() || texts.size() > kMaxEmbeddedTexts)
    return fail_user("embedding_invalid", fmt::format("{} texts at once; it may be 1 to {}", texts.size(), kMaxEmbeddedTexts));
  std::size_t bytes = 0;
  json::Array input;
  for (const auto& text : texts) {
    if (text::trim(text).empty()) return fail_user("embedding_invalid", "an empty text has no vector");
    bytes += text.size();
    input.emplace_back(text::to_utf8(text));
  }
  if (bytes > kMaxEmbeddedBytes)
    return fail_user("embedding_invalid", fmt::format("{} bytes of text at once; the most is {}", bytes, kMaxEmbeddedBytes));
  json::Object body{{"model", endpoint.model}, {"input", std::move(input)}};
  if (endpoint.api == Api::ollama) {
    body.append("truncate", false);  // a text that is cut in silence has another text's vector
  } else {
    body.append("encoding_format", "float");
  }
  http::Headers headers{{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  if (!endpoint.key.empty()) headers.emplace("Authorization", "Bearer " + endpoint.key);
  return WireRequest{url_of(endpoint), std::move(headers), json::dump(body)};
}

Result<ReadEmbedding> read_embedding(std::string_view body, std::size_t texts) {
  const auto parsed = json::parse(body, {.max_bytes = body.size(), .max_depth = 8});
  if (!parsed) return malformed("the answer is no JSON: " + parsed.error().message);
  if (const auto& error = member(*parsed, "error"); !error.is_null())
    return malformed("the answer is an error: " + text::ellipsize(text_of(error), 300));
  ARGOSY_TRY(const auto found, vectors_of(*parsed, texts));
  ReadEmbedding read;
  for (const auto* one : found) {
    ARGOSY_TRY(auto vector, unit(*one));
    if (!read.vectors.empty() && vector.size() != read.vectors.front().size()) return malformed("the vectors differ in size");
    read.vectors.push_back(std::move(vector));
  }
  read.usage = {.input = tokens(*parsed, "usage", "prompt_tokens"), .output = 0};
  if (!read.usage.input) read.usage.input = tokens(*parsed, "usage", "total_tokens");
  if (!read.usage.input) read.usage.input = tokens(*parsed, "prompt_eval_count");
  return read;
}

}  // namespace argosy::llm
