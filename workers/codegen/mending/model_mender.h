// A mender that asks a model: it shows what failed and the files that matter, and reads edits from the answer. What the model says is held
// to the same as anybody's change, and tested again. Serves all slots; thread-safe.
#pragma once

#include "common/llm/call/model.h"
#include "common/llm/prompts/prompt.h"
#include "workers/codegen/fix.h"

namespace argosy::codegen {

class ModelMender final : public Mender {
 public:
  // The prompt that it fills in is `edit`. Both are there as long as this.
  ModelMender(llm::Model& model, const llm::Prompt& prompt) : model_(model), prompt_(prompt) {}

  // Asks again when edits cannot be applied, kMostAsks times in all. Errors: mend_unusable (C), those of the call and the prompt.
  Result<std::vector<tasks::Operation>> mend(const runtime::Step& step, const tasks::FixPayload& failed, const vcs::WorkTree& tree,
                                             runtime::StepContext& context) override;

  static constexpr int kMostAsks = 2;  // in a round

 private:
  llm::Model& model_;
  const llm::Prompt& prompt_;
};

}  // namespace argosy::codegen
