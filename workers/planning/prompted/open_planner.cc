#include "workers/planning/prompted/open_planner.h"

#include <string>
#include <utility>

#include "common/llm/prompts/library.h"
#include "common/runtime/connect.h"
#include "common/runtime/models/model_service.h"
#include "common/store/queries.h"
#include "common/tasks/agent/plan.h"

namespace argosy::planning {
namespace {

constexpr int kConnections = 1;

class OpenedPlanner final : public WholePlanner {
 public:
  OpenedPlanner(std::unique_ptr<runtime::ModelService> service, llm::Prompt intent, llm::Prompt plan,
                std::shared_ptr<store::Database> database, runtime::PoolFigures& pools)
      : service_(std::move(service)),
        intent_(std::move(intent)),
        plan_(std::move(plan)),
        planner_({.model = service_->model(),
                  .models = service_->catalogue(),
                  .intent = intent_,
                  .plan = plan_,
                  .past_duration =
                      [db = database](const OrgId& org, const std::string& repository) {
                        // An estimate is not worth a failed plan.
                        return store::median_duration(*db, org, repository, std::string(tasks::kPromptKind)).value_or(std::nullopt);
                      }}),
        watch_(pools.watch("postgres_estimates", [database] { return database->use(); })) {}

  const PromptPlanner& planner() const override { return planner_; }

 private:
  const std::unique_ptr<runtime::ModelService> service_;
  const llm::Prompt intent_, plan_;
  const PromptPlanner planner_;
  const runtime::PoolFigures::Watch watch_;
};

}  // namespace

Result<std::unique_ptr<WholePlanner>> open_planner(const config::Settings& settings, runtime::Process& process) {
  if (settings.model.empty() && settings.models.empty()) return nullptr;
  ARGOSY_TRY(const auto prompts, llm::Prompts::open(settings.prompts));
  ARGOSY_TRY(const auto* intent, prompts.get("intent"));
  ARGOSY_TRY(const auto* plan, prompts.get("plan"));
  ARGOSY_TRY(auto service, runtime::ModelService::open(settings, process));
  auto db = std::make_shared<store::Database>(runtime::database_options(settings, "argosy planning estimates", kConnections));
  return std::make_unique<OpenedPlanner>(std::move(service), *intent, *plan, std::move(db), process.pools());
}

}  // namespace argosy::planning
