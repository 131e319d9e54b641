#include "workers/codegen/mending/open_mender.h"

#include <utility>

#include "common/llm/prompts/library.h"
#include "common/runtime/models/model_service.h"
#include "workers/codegen/mending/model_mender.h"

namespace argosy::codegen {
namespace {

// With what it stands on.
class WholeMender final : public Mender {
 public:
  WholeMender(std::unique_ptr<runtime::ModelService> service, const llm::Prompt& prompt)
      : service_(std::move(service)), prompt_(prompt), mender_(service_->model(), prompt_) {}

  Result<std::vector<tasks::Operation>> mend(const runtime::Step& step, const tasks::FixPayload& failed, const vcs::WorkTree& tree,
                                             runtime::StepContext& context) override {
    return mender_.mend(step, failed, tree, context);
  }

 private:
  const std::unique_ptr<runtime::ModelService> service_;
  const llm::Prompt prompt_;
  ModelMender mender_;
};

}  // namespace

Result<std::unique_ptr<Mender>> open_mender(const config::Settings& settings, runtime::Process& process) {
  if (settings.model.empty() && settings.models.empty()) return nullptr;
  ARGOSY_TRY(const auto prompts, llm::Prompts::open(settings.prompts));
  ARGOSY_TRY(const auto* prompt, prompts.get("edit"));
  ARGOSY_TRY(auto service, runtime::ModelService::open(settings, process));
  return std::make_unique<WholeMender>(std::move(service), *prompt);
}

}  // namespace argosy::codegen
