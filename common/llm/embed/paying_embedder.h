// An embedder whose calls are paid like those of models: the worst case is reserved before the call and what it used takes its place before
// the vectors are handed on. Used by whoever builds the layers of a model, right around the exchange. Thread-safe.
#pragma once

#include <memory>

#include "common/llm/embed/embedder.h"
#include "common/llm/ledger.h"
#include "common/llm/models/model.h"
#include "common/llm/money/till.h"
#include "common/llm/traffic/gate.h"

namespace argosy::llm {

class PayingEmbedder : public Embedder {
 public:
  // As PayingModel's, also in the order in which they are taken down: what `run` and `after` still hold needs the ledger, never this.
  PayingEmbedder(std::shared_ptr<Embedder> inner, ModelEntry model, Ledger& ledger, RunBlocking run, After after,
                 OnUnsettled on_unsettled = {});
  ~PayingEmbedder() override;

  const std::string& name() const override { return inner_->name(); }
  // Faults beside those of the call: PayingModel's. `done` comes on a thread of `run`, too.
  void start(Texts texts, CallOptions options, OnEmbedding done) override;

 private:
  const std::shared_ptr<Embedder> inner_;
  const std::shared_ptr<const ModelEntry> model_;
  const std::shared_ptr<Till> till_;
};

}  // namespace argosy::llm
