#include <fmt/format.h>

#include <fstream>

#include "common/config/settings.h"
#include "common/llm/cache/caching_model.h"
#include "common/llm/cache/warming.h"
#include "common/llm/embed/choice.h"
#include "common/llm/embed/http_embedder.h"
#include "common/runtime/models/answer_cache.h"
#include "workers/cli/command.h"
#include "workers/cli/local/commands.h"
#include "workers/cli/local/database_url.h"

namespace argosy::cli {
namespace {

// The model that makes vectors, asked without a ledger: whoever warms the cache pays.
class Vectors {
 public:
  static Result<std::unique_ptr<Vectors>> from(const config::Settings& settings) {
    ARGOSY_TRY(const auto catalogue, llm::load_models(settings.models));
    ARGOSY_TRY(const auto* model, llm::choose_embedder(catalogue, settings.cache_embedder));
    return model == nullptr ? nullptr : std::make_unique<Vectors>(catalogue, *model);
  }
  Vectors(const llm::Catalogue& catalogue, const llm::ModelEntry& model)
      : may_embed_([catalogue, model](const llm::CallOptions& options) { return llm::may_embed(catalogue, model, options); }),
        embedder_({.endpoint = model.endpoint, .local = model.local}, client_,
                  gates_.at(model.endpoint, {.requests_per_minute = model.requests_per_minute.value_or(0),
                                             .tokens_per_minute = model.tokens_per_minute.value_or(0)}),
                  system_clock()) {}
  llm::Embedder& embedder() { return embedder_; }
  const std::function<bool(const llm::CallOptions&)>& may_embed() const { return may_embed_; }

 private:
  const std::function<bool(const llm::CallOptions&)> may_embed_;
  http::StreamClient client_;
  llm::Gates gates_{system_clock(),
                    [this](std::chrono::milliseconds wait, std::function<void()> what) { client_.after(wait, std::move(what)); }};
  llm::HttpEmbedder embedder_;
};

int warm_all(std::istream& lines, const llm::Warming& warming) {
  int kept = 0, passed_over = 0, number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.empty()) continue;
    if (line.size() > llm::kMaxWarmingLine) return wrong_usage(fmt::format("line {} has more than {} bytes", number, llm::kMaxWarmingLine));
    const auto why_not = llm::warm(warming, line);
    if (!why_not) {
      fmt::print(stderr, "argosy: line {}; {} before it are kept\n", number, kept);
      return report(why_not.error());
    }
    if (!why_not->empty()) fmt::print("line {} is not kept: {}\n", number, *why_not);
    ++(why_not->empty() ? kept : passed_over);
  }
  fmt::print("kept {}, passed over {}\n", kept, passed_over);
  return kSucceeded;
}

}  // namespace

int warm_cache(const Arguments& arguments) {
  const auto settings = config::load(config::process_environment());
  if (!settings) return wrong_usage(settings.error().front());
  const auto rules = llm::CacheRules::parse(settings->cache_rules);
  if (!rules) return report(rules.error(), kUsage);
  const auto named = arguments.value("--org").value_or("default");
  const auto org = named == "default" ? kDefaultOrg : OrgId::parse(named);
  if (!org) return wrong_usage("an organisation is \"default\" or its id");
  std::ifstream file(arguments.positional[1]);
  if (!file) return wrong_usage("cannot read " + arguments.positional[1]);
  const auto vectors = arguments.has("--exact") ? Result<std::unique_ptr<Vectors>>(nullptr) : Vectors::from(*settings);
  if (!vectors) return report(vectors.error(), kUsage);
  const auto url = database_url(arguments);
  if (!url) return report(url.error());
  const auto db =
      std::make_shared<store::Database>(store::DatabaseOptions{.url = *url, .connections = 1, .application_name = "argosy cache warm"});
  // Vectors are put the same whoever searches them.
  const auto cache = runtime::answer_cache(db, {settings->org_cache_entries, settings->org_cache_bytes}, store::VectorSearch::client);
  return warm_all(file, {.cache = *cache,
                         .embedder = *vectors ? &(*vectors)->embedder() : nullptr,
                         .may_embed = *vectors ? (*vectors)->may_embed() : nullptr,
                         .rules = *rules,
                         .models = llm::models_digest(settings->models),
                         .org = *org,
                         .repository = arguments.value("--repo").value_or(""),
                         .commit = arguments.value("--commit").value_or(""),
                         .kind = arguments.value("--kind").value_or("")});
}

}  // namespace argosy::cli
