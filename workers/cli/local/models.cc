#include <fmt/format.h>

#include <algorithm>

#include "common/config/settings.h"
#include "common/llm/check/checked.h"
#include "common/llm/models/catalogue.h"
#include "common/llm/money/cost.h"
#include "common/store/models/model_edits.h"
#include "workers/cli/command.h"
#include "workers/cli/local/commands.h"
#include "workers/cli/local/database_url.h"
#include "workers/cli/local/models_check.h"
#include "workers/cli/local/models_route.h"

namespace argosy::cli {
namespace {

constexpr std::int64_t kMostTokens = 1'000'000'000;
constexpr std::string_view kNoPrice = "no price: cannot be used under a money budget";

json::Value price_json(const std::optional<llm::Prices>& prices) {
  if (!prices) return {};
  return json::Object{{"input", usd_text(prices->input)},
                      {"cache_read", usd_text(prices->cache_read)},
                      {"cache_write", usd_text(prices->cache_write)},
                      {"output", usd_text(prices->output)}};
}

std::vector<std::string_view> abilities(const llm::ModelEntry& model) {
  std::vector<std::string_view> all;
  for (const auto& [name, can] :
       {std::pair{"tools", model.can.tools}, std::pair{"images", model.can.images}, std::pair{"schema", model.can.schema},
        std::pair{"thinking", model.can.thinking}, std::pair{"stream", model.can.stream}, std::pair{"embedding", model.can.embedding}})
    if (can) all.emplace_back(name);
  return all;
}

json::Value rate_json(const std::optional<std::int64_t>& rate) { return rate ? json::Value(*rate) : json::Value(); }

json::Object model_json(const llm::ModelEntry& model) {
  json::Array can;
  for (const auto ability : abilities(model)) can.emplace_back(ability);
  return {{"name", model.name},
          {"api", llm::to_string(model.endpoint.api)},
          {"base_url", model.endpoint.base_url},
          {"model", model.endpoint.model},
          {"context_tokens", model.context_tokens},
          {"max_output_tokens", model.max_output_tokens},
          {"usd_per_million_tokens", price_json(model.prices)},
          {"requests_per_minute", rate_json(model.requests_per_minute)},
          {"tokens_per_minute", rate_json(model.tokens_per_minute)},
          {"can", std::move(can)},
          {"local", model.local},
          {"tokenizer", model.tokenizer.empty() ? json::Value() : json::Value(model.tokenizer)}};
}

using Checks = std::vector<llm::CheckReport>;

const llm::CheckReport* check_of(const Checks& checks, const std::string& name) {
  const auto hit = std::ranges::find(checks, name, &llm::CheckReport::name);
  return hit == checks.end() ? nullptr : &*hit;
}

void list_json(const llm::Catalogue& catalogue, const Checks& checks) {
  json::Array all;
  for (const auto& model : catalogue.models()) {
    auto one = model_json(model);
    const auto* check = check_of(checks, model.name);
    one["checked"] = check != nullptr ? json::Value(llm::report_json(*check)) : json::Value();
    json::Array against;
    if (check != nullptr)
      for (auto& line : llm::contradictions(model, *check)) against.emplace_back(std::move(line));
    one["contradictions"] = std::move(against);
    all.emplace_back(std::move(one));
  }
  fmt::print("{}\n", json::dump_pretty(json::Object{{"models", std::move(all)}}));
}

void print_check(const llm::ModelEntry& model, const llm::CheckReport& check) {
  fmt::print("  checked {}: {}\n", rfc3339(check.at), grades_text(check));
  for (const auto& line : llm::contradictions(model, check)) fmt::print("  against models.yaml: {}\n", line);
}

int list(const llm::Catalogue& catalogue, const std::string& path, const Arguments& arguments) {
  const auto checks = llm::read_checked(path);
  if (!checks) return report(checks.error());
  if (arguments.has("--json")) {
    list_json(catalogue, *checks);
    return kSucceeded;
  }
  for (const auto& model : catalogue.models()) {
    const auto price =
        model.prices ? fmt::format("{} in, {} out", usd_text(model.prices->input), usd_text(model.prices->output)) : std::string(kNoPrice);
    fmt::print("{:<24} {:<16} {:<28} {:>9} {:>7}  {:<34} {}{}\n", model.name, llm::to_string(model.endpoint.api), model.endpoint.model,
               model.context_tokens, model.max_output_tokens, fmt::format("{}", fmt::join(abilities(model), " ")), price,
               model.local ? "  local" : "");
    if (const auto* check = check_of(*checks, model.name)) print_check(model, *check);
  }
  if (catalogue.models().empty()) fmt::print("no models: set ARGOSY_MODELS to a models.yaml\n");
  return kSucceeded;
}

struct Tokens {
  std::int64_t input = 0, output = 0, cached = 0, cache_written = 0;
};

Result<Tokens> tokens_of(const Arguments& arguments) {
  Tokens tokens;
  for (const auto& [option, into] : {std::pair{"--input", &tokens.input}, std::pair{"--output", &tokens.output},
                                     std::pair{"--cached", &tokens.cached}, std::pair{"--cache-written", &tokens.cache_written}}) {
    ARGOSY_TRY(const auto number, arguments.number(option, 0, kMostTokens));
    *into = number.value_or(0);
  }
  if (tokens.cached + tokens.cache_written > tokens.input) return usage_error("--cached and --cache-written are parts of --input");
  return tokens;
}

int price(const llm::Catalogue& catalogue, const Arguments& arguments) {
  const auto model = catalogue.get(arguments.positional[1]);
  if (!model) return report(model.error(), kUsage);
  const auto tokens = tokens_of(arguments);
  if (!tokens) return report(tokens.error());
  if (!(*model)->prices) {
    fmt::print(stderr, "argosy: {}: {}\n", (*model)->name, kNoPrice);
    return kFailed;
  }
  const auto& prices = *(*model)->prices;
  const auto plain = tokens->input - tokens->cached - tokens->cache_written;
  const auto cost = llm::cost_of(prices, plain, tokens->cached, tokens->cache_written, tokens->output);
  if (arguments.has("--json")) {
    fmt::print("{}\n", json::dump_pretty(json::Object{{"model", (*model)->name},
                                                      {"usd", usd_text(cost.total)},
                                                      {"input_usd", usd_text(cost.input)},
                                                      {"cache_read_usd", usd_text(cost.cache_read)},
                                                      {"cache_write_usd", usd_text(cost.cache_write)},
                                                      {"output_usd", usd_text(cost.output)}}));
    return kSucceeded;
  }
  const auto line = [](std::string_view what, std::int64_t count, NanoUsd each, NanoUsd sum) {
    if (count > 0) fmt::print("{:<12} {:>12} tokens at {:>12} USD a million  {:>16} USD\n", what, count, usd_text(each), usd_text(sum));
  };
  line("input", plain, prices.input, cost.input);
  line("cache read", tokens->cached, prices.cache_read, cost.cache_read);
  line("cache write", tokens->cache_written, prices.cache_write, cost.cache_write);
  line("output", tokens->output, prices.output, cost.output);
  fmt::print("{} USD\n", usd_text(cost.total));
  return kSucceeded;
}

// Which format of edits fares how well, and which is told.
int edits(const llm::Catalogue& catalogue, const Arguments& arguments) {
  const auto url = database_url(arguments);
  if (!url) return report(url.error());
  store::Database db({.url = *url, .connections = 1, .application_name = "argosy models"});
  const auto all = store::list_model_edits(db);
  if (!all) return report(all.error());
  json::Array rows;
  for (const auto& one : *all) {
    const auto* model = catalogue.find(one.model);
    const double share = static_cast<double>(one.applied) / static_cast<double>(std::max<std::int64_t>(1, one.applied + one.refused));
    rows.emplace_back(json::Object{{"model", one.model},
                                   {"format", one.format},
                                   {"applied", one.applied},
                                   {"refused", one.refused},
                                   {"since", rfc3339(one.since)},
                                   {"configured", model != nullptr && model->edit_format == one.format}});
    if (!arguments.has("--json"))
      fmt::print("{:<24} {:<16} {:>8} applied {:>8} refused  {:>5.1f} %  since {}{}\n", one.model, one.format, one.applied, one.refused,
                 share * 100, rfc3339(one.since), model != nullptr && model->edit_format == one.format ? "  configured" : "");
  }
  if (arguments.has("--json"))
    fmt::print("{}\n", json::dump_pretty(json::Object{{"edits", std::move(rows)}}));
  else if (all->empty())
    fmt::print("no edits of models were counted yet\n");
  return kSucceeded;
}

}  // namespace

int models(const Arguments& arguments) {
  const auto& what = arguments.positional[0];
  const auto words = arguments.positional.size();
  const bool is_check = what == "check" && words == 2;
  if (!((what == "list" || what == "route" || what == "edits") && words == 1) && !(what == "price" && words == 2) && !is_check)
    return wrong_usage("it is `models list`, `models route`, `models edits`, `models price NAME` or `models check NAME`");
  const auto settings = config::load(config::process_environment());
  if (!settings) return wrong_usage(settings.error().front());
  const auto path = arguments.value("--models").value_or(settings->models);
  const auto catalogue = is_check ? llm::load_models(path, llm::Keys::needed, arguments.positional[1])  //
                                  : llm::load_models(path, llm::Keys::left_out);
  if (!catalogue) return report(catalogue.error(), kUsage);
  if (is_check) return check_model(*catalogue, path, arguments);
  if (what == "edits") return edits(*catalogue, arguments);
  if (what == "route") return route_call(*catalogue, path, arguments);
  return what == "list" ? list(*catalogue, path, arguments) : price(*catalogue, arguments);
}

}  // namespace argosy::cli
