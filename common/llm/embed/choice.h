// Which model makes the vectors. Pure, any thread.
#pragma once

#include <string>

#include "common/llm/models/catalogue.h"

namespace argosy::llm {

// The one that is named (ARGOSY_CACHE_EMBEDDER), else the first that can; null: there is none. Errors (B): model_unknown,
// embedding_unsupported.
Result<const ModelEntry*> choose_embedder(const Catalogue& catalogue, const std::string& named);

}  // namespace argosy::llm
