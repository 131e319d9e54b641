#include "common/llm/embed/choice.h"

namespace argosy::llm {

Result<const ModelEntry*> choose_embedder(const Catalogue& catalogue, const std::string& named) {
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

}  // namespace argosy::llm
