#include "common/llm/embed/choice.h"

#include <algorithm>

#include "common/llm/money/cost.h"
#include "common/llm/route/route.h"

namespace argosy::llm {
namespace {

Result<const ModelEntry*> chosen(const Catalogue& catalogue, const std::string& named) {
  if (named.empty()) {
    for (const auto& model : catalogue.models())
      if (model.can.embedding) return &model;
    return nullptr;
  }
  ARGOSY_TRY(const auto* model, catalogue.get(named));
  if (!model->can.embedding)
    return fail_user("embedding_unsupported", "the model " + named + " makes no vectors", "models.yaml says so: can: [embedding]");
  return model;
}

}  // namespace

Result<const ModelEntry*> choose_embedder(const Catalogue& catalogue, const std::string& named, bool paid) {
  ARGOSY_TRY(const auto* model, chosen(catalogue, named));
  if (model != nullptr && paid) ARGOSY_TRY_VOID(worst_case(*model, {}));  // else every call would say so
  return model;
}

bool may_embed(const Catalogue& catalogue, const ModelEntry& embedder, const CallOptions& options) {
  Need need{.what = {.kind = CallKind::embedding, .repository = options.repository}, .in_money = false};
  if (options.payer) need.what.org = options.payer->org;
  const auto decision = route(catalogue, need, {});
  return decision && std::ranges::find(decision->in_turn, embedder.name, &Candidate::model) != decision->in_turn.end();
}

}  // namespace argosy::llm
