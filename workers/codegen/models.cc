#include "workers/codegen/models.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "common/agent/formats/edit_formats.h"
#include "common/llm/money/cost.h"
#include "common/runtime/connect.h"
#include "common/telemetry/log.h"

namespace argosy::codegen {
namespace {

constexpr std::size_t kMostOnSlots = 256;  // ARGOSY_SLOTS at its highest

constexpr int kIndexConnections = 2;

constexpr std::string_view kUsualAgent = "coder";  // of a plan's nodes that name no other

// The agent that the task was submitted with does what the usual one would; a plan may name built-in ones beside it.
Result<std::shared_ptr<const tasks::AgentSpec>> agent_of(const runtime::Step& step, std::string_view name) {
  const auto& own = step.task.agent;
  if (own && (name == kUsualAgent || name == own->name)) return std::make_shared<const tasks::AgentSpec>(*own);
  const auto* spec = tasks::built_in_agent(name);
  if (spec == nullptr)
    return fail_user("agent_unknown", fmt::format("there is no agent \"{}\"", name),
                     "a plan names the task's own agent or a built-in one (argosy agents list)");
  return std::make_shared<const tasks::AgentSpec>(*spec);
}

// Of the models that can call tools: any of them may be asked in the middle of a conversation.
std::int64_t smallest_window(const llm::Catalogue& catalogue) {
  std::optional<std::int64_t> smallest;
  for (const auto& model : catalogue.models())
    if (model.can.tools && model.context_tokens > 0) smallest = std::min(smallest.value_or(model.context_tokens), model.context_tokens);
  return smallest.value_or(agent::LoopParts::kUsualContext);
}

// Who is asked first where no rule says otherwise.
std::string likely_model(const llm::Catalogue& catalogue) {
  const auto& models = catalogue.models();
  const auto found = std::ranges::find_if(models, [](const llm::ModelEntry& one) { return one.can.tools; });
  return found == models.end() ? "" : found->name;
}

code::EditFormat format_of(runtime::ModelService& service, const std::string& name) {
  const auto* model = service.catalogue().find(name.empty() ? likely_model(service.catalogue()) : name);
  if (model == nullptr) return code::EditFormat::str_replace;
  if (const auto configured = code::edit_format(model->edit_format)) return *configured;
  std::vector<agent::EditTally> measured;
  if (const auto counted = service.edits().of(model->name)) {
    for (const auto& one : *counted)
      if (const auto format = code::edit_format(one.format))
        measured.push_back({.format = *format, .applied = one.applied, .refused = one.refused});
  } else {
    telemetry::log_warning("how edits of models fared is not known: " + to_string(counted.error()));
  }
  return agent::measured_format(agent::usual_format(model->endpoint.model), measured);
}

// What cannot be found out is not told; the ledger keeps the budgets in any case.
agent::Purse purse_of(runtime::ModelService& service, const runtime::Step& step) {
  const auto left = service.budget_left(step.ref.task, step.org, step.task.user);
  if (!left) {
    telemetry::log_warning("what budgets leave is not known: " + to_string(left.error()));
    return {};
  }
  return {.tokens_left = left->tokens, .task_tokens = left->task_tokens, .money_left = left->money, .task_money = left->task_money};
}

NanoUsd cost_of(const llm::Catalogue& catalogue, const llm::CallResult& result) {
  const auto* model = catalogue.find(result.model);
  if (model == nullptr || result.source != llm::Source::model) return 0;
  return llm::real_cost(*model, result.answer.usage, result.answer.complete, {}).money;
}

// As a call of kind embedding that the step's task pays; code that routes would not send there does not go.
Result<std::vector<code::SemanticHit>> search(runtime::ModelService& service, MeaningShelf& shelf, const runtime::Step& step,
                                              const code::Index& index, const code::SourceTree& tree, const std::string& question,
                                              std::stop_token stop) {
  llm::CallOptions options{.stop = std::move(stop),
                           .task = step.ref.task.to_string(),
                           .kind = "embedding",
                           .payer = llm::Payer{.org = step.org, .user = step.task.user, .step = step.ref, .attempt = step.attempt},
                           .repository = step.task.repository_id};
  if (!service.may_embed(options))
    return fail_user("semantic_search_off", "the routes of the models let no text of this repository go to the one that makes vectors");
  const code::Embed embed = [&](std::vector<std::string> texts) { return service.embedder()->embed(std::move(texts), options); };
  return shelf.find(step.org.to_string() + " " + step.task.url, index, tree, question, embed);
}

// Null: off.
std::unique_ptr<osv::Database> database_in(const std::string& folder) {
  if (folder.empty()) return nullptr;
  auto database = std::make_unique<osv::Database>(folder);
  database->start();
  return database;
}

}  // namespace

agent::Outside Models::outside() {
  agent::Outside made;
  if (documentation_) made.research = [this](const std::string& query) { return documentation_->search(query); };
  if (vulnerabilities_)
    made.vulnerabilities = [this](const std::string& ecosystem, const std::string& package, const std::string& version) {
      return vulnerabilities_->look_up(ecosystem, package, version);
    };
  return made;
}

Models::Models(llm::Prompts prompts, std::unique_ptr<runtime::ModelService> service, std::shared_ptr<store::Database> index_db,
               std::unique_ptr<Documentation> documentation, const config::Settings& settings, runtime::Process& process,
               const vcs::VcsOptions& options)
    : prompts_(std::move(prompts)),
      service_(std::move(service)),
      documentation_(std::move(documentation)),
      vulnerabilities_(database_in(settings.osv_database)),
      indexes_(index_db ? std::make_unique<StoredIndexes>(index_db, settings.org_index_bytes, process.metrics()) : nullptr),
      agents_({.options = options,
               .model = service_->model(),
               .prompts = prompts_,
               .agent = agent_of,
               .index = [this](const IndexPlace& place, const code::SourceTree& tree) { return indexes_.build(place, tree); },
               .edit_format = [this](const std::string& model) { return format_of(*service_, model); },
               .edit_tried = [this](const std::string& model, code::EditFormat format,
                                    bool placed) { service_->edits().count(model, code::to_string(format), placed); },
               .by_meaning = service_->embedder() == nullptr
                                 ? decltype(Agents::Parts::by_meaning){}
                                 : [this](const runtime::Step& step, const code::Index& index, const code::SourceTree& tree,
                                          const std::string& question,
                                          std::stop_token stop) { return search(*service_, meanings_, step, index, tree, question, stop); },
               .outside = outside(),
               .purse = [this](const runtime::Step& step) { return purse_of(*service_, step); },
               .cost = [this](const llm::CallResult& result) { return cost_of(service_->catalogue(), result); },
               .context_tokens = smallest_window(service_->catalogue()),
               .shown_tokens = settings.context_tokens,
               .most = kMostOnSlots + static_cast<std::size_t>(settings.waiting_steps)}),
      watches_{
          process.pools().watch("agents", agents_.pool()),
          index_db ? process.pools().watch("postgres_indexes", [db = index_db] { return db->use(); }) : runtime::PoolFigures::Watch()} {}

Result<std::unique_ptr<Models>> Models::open(const config::Settings& settings, runtime::Process& process, const vcs::VcsOptions& options) {
  if (settings.model.empty() && settings.models.empty()) return nullptr;
  ARGOSY_TRY(auto prompts, llm::Prompts::open(settings.prompts));
  ARGOSY_TRY_VOID(prompts.get("edit"));  // without it no step could begin
  ARGOSY_TRY(auto service, runtime::ModelService::open(settings, process));
  std::shared_ptr<store::Database> index_db;
  if (settings.org_index_bytes > 0)
    index_db = std::make_shared<store::Database>(
        runtime::database_options(settings, "argosy " + process.service() + " indexes", kIndexConnections));
  ARGOSY_TRY(const auto vouched, parse_host_addresses(settings.egress_addresses));
  ARGOSY_TRY(auto documentation, Documentation::open(settings.research_urls, vouched, system_clock()));
  return std::unique_ptr<Models>(
      new Models(std::move(prompts), std::move(service), std::move(index_db), std::move(documentation), settings, process, options));
}

}  // namespace argosy::codegen
