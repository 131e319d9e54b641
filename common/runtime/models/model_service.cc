#include "common/runtime/models/model_service.h"

#include <array>
#include <utility>

#include "common/config/flags.h"
#include "common/core/clock.h"
#include "common/core/random/uniform.h"
#include "common/llm/layers/models.h"
#include "common/llm/layers/open_calls.h"
#include "common/runtime/connect.h"
#include "common/runtime/flag_book.h"
#include "common/runtime/models/answer_cache.h"
#include "common/runtime/models/breaker_hints.h"
#include "common/runtime/models/journal.h"
#include "common/runtime/models/spending_ledger.h"
#include "common/runtime/models/ticker.h"
#include "common/runtime/models/traced_model.h"
#include "common/runtime/work_pool.h"
#include "common/store/database.h"

namespace argosy::runtime {
namespace {

constexpr int kThreads = 4;                   // that wait for Postgres, a connection each
constexpr std::size_t kMostWaiting = 10'000;  // moves of calls that wait for such a thread

}  // namespace

// In the order in which one stands on the other: what is last goes first. No call is open then. Tries that lost end with the client, what
// is still to be settled with the pool; the ledger, and what the models leave behind, outlive both.
struct ModelService::Parts {
  Parts(const config::Settings& settings, Process& process)
      : db(std::make_shared<store::Database>(database_options(settings, "argosy " + process.service() + " models", kThreads))),
        flags([db = db] { return store::feature_flags(*db); }, settings.flags_refresh),
        ledger(spending_ledger(db)),
        edits(db, run(), process.metrics()),
        journal(model_journal(db, settings)) {}

  llm::RunBlocking run() {
    return [this](std::function<void()> what) { return pool.post(std::move(what)); };
  }
  llm::After after() {
    return [this](std::chrono::milliseconds wait, std::function<void()> what) { client.after(wait, std::move(what)); };
  }

  // What nobody pays for is no task's, and is not kept either.
  std::function<bool(const llm::CallOptions&)> may_be_alike() {
    return [this](const llm::CallOptions& call) {
      return call.payer && flags.is_on(config::kSemanticAnswers, call.payer->org, call.payer->step.task);
    };
  }

  const std::shared_ptr<store::Database> db;
  FlagBook flags;  // before what asks it
  const std::unique_ptr<llm::Ledger> ledger;
  EditBook edits;
  const std::unique_ptr<llm::Journal> journal;
  std::unique_ptr<llm::AnswerCache> cache;
  std::shared_ptr<const void> remains;  // of the models
  WorkPool pool{kThreads, kMostWaiting};
  http::StreamClient client;
  std::array<PoolFigures::Watch, 3> watches;
  llm::Gates gates{system_clock(), after()};
  BreakerHints hints{*db, WorkerId{Uuid::v4()}, gates, system_clock()};
  std::unique_ptr<llm::Models> models;
  std::unique_ptr<Ticker> ticker;
  std::unique_ptr<llm::OpenCalls> calls;
};

ModelService::ModelService(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ModelService::~ModelService() = default;

Result<std::unique_ptr<ModelService>> ModelService::open(const config::Settings& settings, Process& process) {
  ARGOSY_TRY(auto rules, llm::CacheRules::parse(settings.cache_rules));
  auto parts = std::make_unique<Parts>(settings, process);
  parts->watches = {process.pools().watch("postgres_models", *parts->db), process.pools().watch("models", parts->pool),
                    process.pools().watch("model_calls", parts->client)};
  const bool calls_leave = settings.model.empty() && !settings.models.empty();
  if (calls_leave) parts->cache = answer_cache(parts->db, {settings.org_cache_entries, settings.org_cache_bytes});
  ARGOSY_TRY(parts->models, llm::Models::open(settings.model, settings.models,
                                              {.client = parts->client,
                                               .gates = parts->gates,
                                               .clock = system_clock(),
                                               .random = uniform,
                                               .run = parts->run(),
                                               .ledger = parts->ledger.get(),
                                               .journal = parts->journal.get(),
                                               .cache = parts->cache.get(),
                                               .cache_rules = std::move(rules),
                                               .may_be_alike = parts->may_be_alike(),
                                               .cache_embedder = settings.cache_embedder,
                                               .metrics = &process.metrics()}));
  parts->remains = parts->models->remains();
  parts->calls = std::make_unique<llm::OpenCalls>(std::make_shared<TracedModel>(parts->models->model(), parts->models->catalogue()));
  if (calls_leave) {
    parts->ticker = std::make_unique<Ticker>(parts->after(), parts->run(), BreakerHints::kEvery, [all = parts.get()] {
      all->hints.tick();
      all->models->show_gates();
    });
  }
  return std::unique_ptr<ModelService>(new ModelService(std::move(parts)));
}

const llm::Catalogue& ModelService::catalogue() const { return parts_->models->catalogue(); }
llm::Model& ModelService::model() { return *parts_->calls; }
EditBook& ModelService::edits() { return parts_->edits; }
llm::Embedder* ModelService::embedder() { return parts_->models->embedder(); }
bool ModelService::may_embed(const llm::CallOptions& options) const { return parts_->models->may_embed(options); }

Result<store::BudgetLeft> ModelService::budget_left(const TaskId& task, const OrgId& org, const std::string& user) {
  return store::budget_left(*parts_->db, task, org, user);
}

}  // namespace argosy::runtime
