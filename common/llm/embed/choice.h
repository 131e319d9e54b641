// Which model makes the vectors. Pure, any thread.
#pragma once

#include <string>

#include "common/llm/models/catalogue.h"

namespace argosy::llm {

// The one that is named (ARGOSY_CACHE_EMBEDDER), else the first that can; null: there is none. `paid`: there is a
// ledger. Errors (B): model_unknown, embedding_unsupported, model_price_unknown of one that is to be paid.
Result<const ModelEntry*> choose_embedder(const Catalogue& catalogue, const std::string& named, bool paid = false);

}  // namespace argosy::llm
