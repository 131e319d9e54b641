// An embedder whose calls are paid like those of models: the worst case is reserved before the call and what it used takes its place.
// Thread-safe.
#pragma once

#include "common/llm/embed/embedder.h"
#include "common/llm/ledger.h"
#include "common/llm/models/model.h"

namespace argosy::llm {

class PayingEmbedder : public Embedder {
 public:
  // All, and this, live longer than every call and than what `run` still holds, which is where the ledger may block: what a call used is
  // settled after `done`.
  PayingEmbedder(Embedder& inner, ModelEntry model, Ledger& ledger, RunBlocking run);

  const std::string& name() const override { return inner_.name(); }
  // Faults beside those of the call: refused_request without a payer, and for what the ledger says (budget_exhausted); `paused` where the
  // ledger cannot be asked.
  void start(Texts texts, CallOptions options, OnEmbedding done) override;

 private:
  Embedder& inner_;
  const ModelEntry model_;
  Ledger& ledger_;
  const RunBlocking run_;
};

}  // namespace argosy::llm
