#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/config/yaml/reading.h"
#include "common/core/redact.h"
#include "common/core/text.h"
#include "common/http/url.h"
#include "common/llm/models/catalogue.h"
#include "common/llm/models/reading.h"

namespace argosy::llm {
namespace {

using yaml::fail;
using yaml::flag_into;
using yaml::list_into;
using yaml::map_of;
using yaml::Node;
using yaml::number_into;
using yaml::Read;
using yaml::text_into;

constexpr std::size_t kMaxName = 100;
constexpr std::int64_t kMostTokens = 100'000'000, kMostImageTokens = 1'000'000;  // of a context, of an image
constexpr std::int64_t kMostPerMinute = 1'000'000'000;
constexpr std::array<std::string_view, 6> kAbilities{"tools", "images", "schema", "thinking", "stream", "embedding"};

// As code::edit_format() names them; a test holds the two together.
constexpr std::array<std::string_view, 5> kFormats{"str-replace", "search-replace", "udiff", "apply-patch", "whole"};

// What an entry says, before it is held together.
struct Entry {
  std::string name, api, base_url, model, tokenizer, edit_format;
  std::string key_variable, key_file;
  std::optional<std::int64_t> context, output, requests, tokens, image;
  std::optional<NanoUsd> price_in, price_read, price_write, price_out;
  std::vector<std::string> can{"stream"};
  bool local = false;

  bool embeds() const { return std::ranges::find(can, "embedding") != can.end(); }
};

Read name_into(std::string& target, std::string what) {
  return [&target, what = std::move(what)](const Node& node) -> Result<void> {
    ARGOSY_TRY_VOID(text_into(target, what)(node));
    const auto is_part = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.'; };
    if (target.size() > kMaxName || !std::ranges::all_of(target, is_part))
      return fail(node, fmt::format("{} must be at most {} letters, digits, '-', '_' and '.'", what, kMaxName));
    return {};
  };
}

// {env: NAME} or {file: PATH}, and nothing that could be the key.
Read key_into(Entry& entry) {
  return [&entry](const Node& node) -> Result<void> {
    if (node.kind != Node::Kind::map)
      return fail(node, "key must be {env: VARIABLE} or {file: PATH}: a key does not belong into this file");
    ARGOSY_TRY_VOID(
        map_of("key", {{"env", text_into(entry.key_variable, "key.env")}, {"file", text_into(entry.key_file, "key.file")}})(node));
    if (entry.key_variable.empty() == entry.key_file.empty()) return fail(node, "key must be either {env: VARIABLE} or {file: PATH}");
    return {};
  };
}

Read ability_into(std::string& target, std::string what) {
  return yaml::choice_into(target, std::move(what), {kAbilities.begin(), kAbilities.end()});
}

Read entry_into(Entry& entry) {
  const auto tokens_into = [](auto& target, std::string what) {
    return number_into<std::int64_t>(target, std::move(what), 1, kMostTokens);
  };
  const auto rate_into = [](auto& target, std::string what) {
    return number_into<std::int64_t>(target, std::move(what), 1, kMostPerMinute);
  };
  const Read can = [&entry](const Node& node) -> Result<void> {
    entry.can.clear();
    return list_into(entry.can, "can", ability_into)(node);
  };
  return map_of("a model",
                {{"name", name_into(entry.name, "name")},
                 {"api", yaml::choice_into(entry.api, "api", {"openai-chat", "openai-responses", "anthropic", "ollama"})},
                 {"base_url", text_into(entry.base_url, "base_url")},
                 {"model", text_into(entry.model, "model")},
                 {"key", key_into(entry)},
                 {"context_tokens", tokens_into(entry.context, "context_tokens")},
                 {"max_output_tokens", tokens_into(entry.output, "max_output_tokens")},
                 {"usd_per_million_tokens", map_of("usd_per_million_tokens", {{"input", price_into(entry.price_in, "input")},
                                                                              {"cache_read", price_into(entry.price_read, "cache_read")},
                                                                              {"cache_write", price_into(entry.price_write, "cache_write")},
                                                                              {"output", price_into(entry.price_out, "output")}})},
                 {"limits", map_of("limits", {{"requests_per_minute", rate_into(entry.requests, "requests_per_minute")},
                                              {"tokens_per_minute", rate_into(entry.tokens, "tokens_per_minute")}})},
                 {"can", can},
                 {"image_tokens", number_into<std::int64_t>(entry.image, "image_tokens", 1, kMostImageTokens)},
                 {"local", flag_into(entry.local, "local")},
                 {"tokenizer", name_into(entry.tokenizer, "tokenizer")},
                 {"edit_format", yaml::choice_into(entry.edit_format, "edit_format", {kFormats.begin(), kFormats.end()})}});
}

// Where a key of the entry stands, for what is wrong with its value only beside others.
const Node& at(const Node& node, std::string_view key) {
  for (std::size_t i = 0; i < node.keys.size(); ++i)
    if (node.keys[i].text == key) return node.items[i];
  return node;
}

Result<void> check_url(const Node& node, const Entry& entry) {
  const auto& here = at(node, "base_url");
  const auto url = http::parse_url(entry.base_url);
  if (!url) return fail(here, fmt::format("base_url: {}", url.error().message));
  if (entry.base_url.find_first_of("?#") != std::string::npos || url->has_userinfo || entry.base_url.ends_with('/'))
    return fail(here, "base_url must have no query, no fragment, no user and no '/' at its end");
  if (entry.local) return {};
  if (const auto open = http::check_webhook_url(entry.base_url, false); !open)
    return fail(here, fmt::format("base_url: {}; a model on this machine or network needs local: true", open.error().message));
  return {};
}

Result<std::optional<Prices>> prices_of(const Node& node, const Entry& entry) {
  const auto& here = at(node, "usd_per_million_tokens");
  if (&here == &node) return std::nullopt;
  if (!entry.price_in || (!entry.price_out && !entry.embeds()))
    return fail(here, entry.embeds() ? "usd_per_million_tokens needs input" : "usd_per_million_tokens needs input and output");
  if (entry.api == "anthropic" && !entry.price_write)
    return fail(here, "usd_per_million_tokens needs cache_write: with this api it costs more than input");
  // What is not said is never taken for cheaper than the rest of the prompt.
  return Prices{.input = *entry.price_in,
                .cache_read = entry.price_read.value_or(*entry.price_in),
                .cache_write = entry.price_write.value_or(*entry.price_in),
                .output = entry.embeds() ? 0 : *entry.price_out};
}

Result<std::string> key_of(const Node& node, const Entry& entry, const KeySources& keys) {
  const auto& here = at(node, "key");
  std::string key;
  if (!keys.variable || (!keys.only.empty() && keys.only != entry.name)) return key;
  if (!entry.key_variable.empty()) {
    const auto found = keys.variable(entry.key_variable);
    if (!found) return fail(here, fmt::format("the variable {} of the key is not set", entry.key_variable));
    key = text::trim(*found);
  } else if (!entry.key_file.empty()) {
    const auto read = keys.file(entry.key_file);
    if (!read) return fail(here, fmt::format("the file of the key: {}", read.error().message));
    key = text::trim(*read);
  } else {
    return key;
  }
  if (key.empty() || key.size() > kMaxKeyBytes || std::ranges::any_of(key, [](char c) { return c <= ' ' || c == '\x7f'; }))
    return fail(here, "the key is empty, too long or holds white space or control characters");
  redact_register_secret(key);
  return key;
}

Result<ModelEntry> model_from(const Node& node, const Entry& entry, const KeySources& keys) {
  const std::pair<std::string_view, bool> needed[] = {
      {"name", entry.name.empty()},   {"api", entry.api.empty()},         {"base_url", entry.base_url.empty()},
      {"model", entry.model.empty()}, {"context_tokens", !entry.context}, {"max_output_tokens", !entry.output && !entry.embeds()}};
  for (const auto& [key, missing] : needed)
    if (missing) return fail(node, fmt::format("a model needs {}", key));
  if (entry.embeds() && (entry.can.size() > 1 || entry.api == "anthropic"))
    return fail(at(node, "can"), entry.api == "anthropic" ? "anthropic has no embeddings" : "a model that embeds does nothing else");
  if (entry.output.value_or(0) > *entry.context)
    return fail(at(node, "max_output_tokens"), "max_output_tokens is more than context_tokens");
  ARGOSY_TRY_VOID(check_url(node, entry));
  ARGOSY_TRY(const auto prices, prices_of(node, entry));
  ARGOSY_TRY(auto key, key_of(node, entry, keys));
  const auto can = [&](std::string_view ability) { return std::ranges::find(entry.can, ability) != entry.can.end(); };
  if (can("images") && !entry.image) return fail(at(node, "can"), "images needs image_tokens, the most that one is billed as");
  return ModelEntry{.name = entry.name,
                    .endpoint = {.api = api_from_string(entry.api).value_or(Api::openai_chat),
                                 .base_url = entry.base_url,
                                 .model = entry.model,
                                 .key = std::move(key),
                                 .context_tokens = *entry.context},
                    .context_tokens = *entry.context,
                    .max_output_tokens = entry.output.value_or(0),
                    .prices = prices,
                    .requests_per_minute = entry.requests,
                    .tokens_per_minute = entry.tokens,
                    .can = {.tools = can("tools"),
                            .images = can("images"),
                            .schema = can("schema"),
                            .thinking = can("thinking"),
                            .stream = can("stream"),
                            .embedding = can("embedding")},
                    .local = entry.local,
                    .tokenizer = entry.tokenizer,
                    .image_tokens = entry.image.value_or(0),
                    .edit_format = entry.edit_format,
                    .can_line = at(node, "can").line};
}

Read models_into(std::vector<ModelEntry>& models, const KeySources& keys) {
  return [&](const Node& node) -> Result<void> {
    if (node.kind != Node::Kind::list || node.items.empty()) return fail(node, "models must be a list of at least one");
    if (node.items.size() > yaml::kMaxItems) return fail(node, fmt::format("models has more than {} entries", yaml::kMaxItems));
    for (const auto& item : node.items) {
      Entry entry;
      if (item.kind != Node::Kind::map) return fail(item, "a model must hold keys and values");
      ARGOSY_TRY_VOID(entry_into(entry)(item));
      ARGOSY_TRY(auto model, model_from(item, entry, keys));
      if (std::ranges::find(models, model.name, &ModelEntry::name) != models.end())
        return fail(at(item, "name"), fmt::format("there are two models \"{}\"", model.name));
      models.push_back(std::move(model));
    }
    return {};
  };
}

}  // namespace

Read price_into(std::optional<NanoUsd>& target, std::string what) {
  return [&target, what = std::move(what)](const Node& node) -> Result<void> {
    target = node.kind == Node::Kind::scalar ? parse_usd(node.text) : std::nullopt;
    if (!target) return fail(node, fmt::format("{} must be US dollars for a million tokens, as a decimal number like 0.15", what));
    return {};
  };
}

Result<Catalogue> parse_models(std::string_view bytes, std::string_view name, const KeySources& keys) {
  std::vector<ModelEntry> models;
  Routes routes;
  const Read root = [&](const Node& node) -> Result<void> {
    if (node.kind != Node::Kind::map || node.keys.empty()) return fail(node, "the file must hold models");
    // Routes name models, wherever in the file these stand.
    const Node* ways = nullptr;
    const Read later = [&ways](const Node& below) -> Result<void> {
      ways = &below;
      return {};
    };
    ARGOSY_TRY_VOID(map_of("the file", {{"models", models_into(models, keys)}, {"routes", later}})(node));
    if (ways == nullptr) return {};
    if (models.empty()) return fail(node, "the file must hold models");
    return routes_into(routes, models)(*ways);
  };
  const auto done = yaml::read(bytes, {kMaxModelsBytes, kMaxModelsDepth, kMaxModelsNodes}, root);
  if (!done) return std::unexpected(yaml::in_file(done.error(), name, "models_invalid", "correct the file that ARGOSY_MODELS names"));
  return Catalogue(std::move(models), std::move(routes));
}

}  // namespace argosy::llm
