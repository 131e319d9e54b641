// Which model makes the vectors, and of which texts. Pure, any thread.
#pragma once

#include <string>

#include "common/llm/call/model.h"
#include "common/llm/models/catalogue.h"

namespace argosy::llm {

// The one that is named (ARGOSY_CACHE_EMBEDDER), else the first that can; null: there is none. `paid`: there is a ledger. Errors (B):
// model_unknown, embedding_unsupported, model_price_unknown of one that is to be paid.
Result<const ModelEntry*> choose_embedder(const Catalogue& catalogue, const std::string& named, bool paid = false);
// Whether that one may see the text of such a call: the routes of models.yaml must let a call of kind embedding, of the same organisation
// and repository, go to it. What a breaker, a budget or a length would say is not asked: they say it of the call itself.
bool may_embed(const Catalogue& catalogue, const ModelEntry& embedder, const CallOptions& options);

}  // namespace argosy::llm
